package h5ds

import (
	"encoding/json"
	"iter"
)

// pageRequest asks for one page of a list. Each field may be left out: one of the vendor's
// clients sends no query at all, by mistake, and is answered.
type pageRequest struct {
	Page     *number `json:"page"` // from 1 on
	PageSize *number `json:"page_size"`
}

// Bounds of a page. The vendor's clients ask for 999 at most; all else is assumed.
const (
	defaultPageSize = 20
	mostPageSize    = 999
)

var (
	errPage     = badRequest("page")
	errPageSize = badRequest("page_size")
)

// page is one page of a list. Clients read data and total for certain.
type page[Row any] struct {
	Data        []Row `json:"data"`
	Total       int   `json:"total"` // of all pages
	CurrentPage int   `json:"current_page"`
	PageSize    int   `json:"page_size"`
}

// pageOf cuts the page out of all the things, in their order. Only those of the page become
// rows; a page after the last one is empty.
func pageOf[T, Row any](req pageRequest, things iter.Seq[T], row func(T) Row) (page[Row], error) {
	p := page[Row]{Data: []Row{}, CurrentPage: 1, PageSize: defaultPageSize}
	if req.Page != nil {
		if p.CurrentPage = int(*req.Page); p.CurrentPage < 1 || number(p.CurrentPage) != *req.Page {
			return p, errPage.Because("page.number", "send 1 for the first page, or nothing", "the page is %v", *req.Page)
		}
	}
	if req.PageSize != nil {
		if p.PageSize = int(*req.PageSize); p.PageSize < 1 || p.PageSize > mostPageSize || number(p.PageSize) != *req.PageSize {
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

// texts is a list of texts, usually ids. Clients also send one alone (vendor-client).
type texts []string

// UnmarshalJSON accepts a list of what a text accepts, or one. Null leaves t as it is.
func (t *texts) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	list := make([]text, 1)
	var err error
	if b[0] == '[' {
		err = json.Unmarshal(b, &list)
	} else {
		err = json.Unmarshal(b, &list[0])
	}
	if err != nil {
		return err
	}
	read := make(texts, len(list))
	for i, one := range list {
		read[i] = string(one)
	}
	*t = read
	return nil
}
