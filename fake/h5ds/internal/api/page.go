package api

import (
	"iter"
	"strings"
)

// PageRequest asks for one page of a list. Each field may be left out: one of the vendor's clients sends no query at
// all.
type PageRequest struct {
	Page     *Number `json:"page"` // from 1 on
	PageSize *Number `json:"page_size"`
}

// Sizes of a page. The vendor's clients ask for at most 999 rows; the default is assumed.
const (
	defaultPageSize = 20
	maxPageSize     = 999
)

var (
	errPage     = BadRequest("page")
	errPageSize = BadRequest("page_size")
)

// Page is one page of a list. Clients read data and total.
type Page[Row any] struct {
	Data        []Row `json:"data"`
	Total       int   `json:"total"` // of all pages
	CurrentPage int   `json:"current_page"`
	PageSize    int   `json:"page_size"`
}

// PageOf makes a page of the things that a list has. It calls row only for the things of the page. A page after the
// last one is empty.
func PageOf[T, Row any](req PageRequest, things iter.Seq[T], row func(T) Row) (Page[Row], error) {
	p := Page[Row]{Data: []Row{}, CurrentPage: 1, PageSize: defaultPageSize}
	if req.Page != nil {
		if p.CurrentPage = int(*req.Page); p.CurrentPage < 1 || Number(p.CurrentPage) != *req.Page {
			return p, errPage.Because("page.number", "send 1 for the first page, or nothing", "the page is %v", *req.Page)
		}
	}
	if req.PageSize != nil {
		if p.PageSize = int(*req.PageSize); p.PageSize < 1 || p.PageSize > maxPageSize || Number(p.PageSize) != *req.PageSize {
			return p, errPageSize.Because("page.size", "send 1 to 999, or nothing", "the page_size is %v", *req.PageSize)
		}
	}
	for thing := range things {
		if p.Total/p.PageSize+1 == p.CurrentPage {
			p.Data = append(p.Data, row(thing))
		}
		p.Total++
	}
	return p, nil
}

// Filter returns the things for which keep is true.
func Filter[T any](things iter.Seq[T], keep func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for thing := range things {
			if keep(thing) && !yield(thing) {
				return
			}
		}
	}
}

// HasKeyword reports whether a name contains a keyword, in upper or lower case (assumed). Every name contains the empty
// keyword.
func HasKeyword(name string, keyword Text) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(string(keyword)))
}

// Matches reports whether a value passes the filter of a list. Clients send an empty filter for all values.
func Matches(asked Text, value string) bool { return asked == "" || string(asked) == value }
