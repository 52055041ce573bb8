package api

import (
	"iter"
	"strings"
)

// pageRequest asks for one page of a list. Each field may be left out: one of the vendor's
// clients sends no query at all, by mistake, and is answered.
type PageRequest struct {
	Page     *Number `json:"page"` // from 1 on
	PageSize *Number `json:"page_size"`
}

// Bounds of a page. The vendor's clients ask for 999 at most; all else is assumed.
const (
	defaultPageSize = 20
	mostPageSize    = 999
)

var (
	errPage     = BadRequest("page")
	errPageSize = BadRequest("page_size")
)

// page is one page of a list. Clients read data and total for certain.
type Page[Row any] struct {
	Data        []Row `json:"data"`
	Total       int   `json:"total"` // of all pages
	CurrentPage int   `json:"current_page"`
	PageSize    int   `json:"page_size"`
}

// pageOf cuts the page out of all the things, in their order. Only those of the page become
// rows; a page after the last one is empty.
func PageOf[T, Row any](req PageRequest, things iter.Seq[T], row func(T) Row) (Page[Row], error) {
	p := Page[Row]{Data: []Row{}, CurrentPage: 1, PageSize: defaultPageSize}
	if req.Page != nil {
		if p.CurrentPage = int(*req.Page); p.CurrentPage < 1 || Number(p.CurrentPage) != *req.Page {
			return p, errPage.Because("page.number", "send 1 for the first page, or nothing", "the page is %v", *req.Page)
		}
	}
	if req.PageSize != nil {
		if p.PageSize = int(*req.PageSize); p.PageSize < 1 || p.PageSize > mostPageSize || Number(p.PageSize) != *req.PageSize {
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

// only leaves out what keep does not want.
func Filter[T any](things iter.Seq[T], keep func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for thing := range things {
			if keep(thing) && !yield(thing) {
				return
			}
		}
	}
}

// named says whether a name has the keyword in it, in upper or lower case (assumed). An empty
// keyword is in every name.
func HasKeyword(name string, keyword Text) bool {
	return strings.Contains(strings.ToLower(name), strings.ToLower(string(keyword)))
}

// isAsked says whether a value is the one that a list is asked for. Clients send an empty text
// for all.
func Matches(asked Text, value string) bool { return asked == "" || string(asked) == value }
