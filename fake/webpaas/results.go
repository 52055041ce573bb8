package webpaas

import (
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// What Material.ProcessMaterial finds, but for frame tags. All of it may be read by whoever may read the material
// (assumed). Faces and objects come whole, subtitles and texts are read by time.
var resultOps = []op.Op[State]{
	op.Read("Material.DescribeFaceInMaterial", describeFaces),
	op.Read("Material.DescribeMaterialSubtitle", describeSubtitles),
	op.Read("Material.DescribeTextInMaterial", describeTexts),
	op.Read("Material.DescribeObjectInMaterial", describeObjects),
}

type describeFacesResponse struct{ FaceInfo faceInfo }

type faceInfo struct {
	Version string
	FaceSet []faceItem
}

type faceItem struct {
	ID         string `json:"Id,omitempty"`  // table
	IDBlank    string `json:"Id ,omitempty"` // example
	Name       string
	Type       string
	FaceURL    string `json:"FaceUrl"`
	SegmentSet []faceSegment
}

type faceSegment struct {
	StartTimeOffset float64
	EndTimeOffset   float64
	AreaCoordSet    Area
	Confidence      float64
}

func describeFaces(c *op.Call, st *State, req materialRequest) (describeFacesResponse, error) {
	m, err := st.openMaterial(c, req.MaterialID, toRead)
	if err != nil {
		return describeFacesResponse{}, err
	}
	found, _, err := recognised(c, st, m, kindFace, st.Recognitions[m.ID].Faces, madeFaces)
	if err != nil {
		return describeFacesResponse{}, err
	}
	info := faceInfo{Version: found.Version, FaceSet: []faceItem{}}
	for _, f := range found.Items {
		item := faceItem{ID: f.ID, Name: f.Name, Type: f.Type, FaceURL: faceURL(c, m, f), SegmentSet: []faceSegment{}}
		if c.Dialect.FaceIDKey == dialect.FaceIDBlank {
			item.ID, item.IDBlank = "", f.ID
		}
		for _, s := range f.Segments {
			item.SegmentSet = append(item.SegmentSet, faceSegment{s.Start, s.End, s.Area, s.Confidence})
		}
		info.FaceSet = append(info.FaceSet, item)
	}
	return describeFacesResponse{info}, nil
}

type describeObjectsResponse struct{ ObjectInfo objectInfo }

type objectInfo struct {
	Version   string
	ObjectSet []objectItem
}

type objectItem struct {
	ItemID         string `json:"ItemId"`
	Name           string
	SegmentItemSet []objectSegment
}

type objectSegment struct {
	StartTimeOffset float64
	EndTimeOffset   float64
	Confidence      float64
	AreaCoordSet    Area
}

func describeObjects(c *op.Call, st *State, req materialRequest) (describeObjectsResponse, error) {
	m, err := st.openMaterial(c, req.MaterialID, toRead)
	if err != nil {
		return describeObjectsResponse{}, err
	}
	found, _, err := recognised(c, st, m, kindObject, st.Recognitions[m.ID].Objects, madeObjects)
	if err != nil {
		return describeObjectsResponse{}, err
	}
	info := objectInfo{Version: found.Version, ObjectSet: []objectItem{}}
	for _, o := range found.Items {
		item := objectItem{ItemID: o.ID, Name: o.Name, SegmentItemSet: []objectSegment{}}
		for _, s := range o.Segments {
			item.SegmentItemSet = append(item.SegmentItemSet, objectSegment{s.Start, s.End, s.Confidence, s.Area})
		}
		info.ObjectSet = append(info.ObjectSet, item)
	}
	return describeObjectsResponse{info}, nil
}

type timedRequest struct {
	MaterialID string `json:"MaterialId"`
	offsets
}

// readResults opens the material and reads what a recognition found in the range.
func readResults[T timed](
	c *op.Call, st *State, req timedRequest, k kind,
	given func(Recognition) *Found[T], makeUp func(*op.Call, Material, string) []T,
) (version string, items []T, last float64, err error) {
	m, err := st.openMaterial(c, req.MaterialID, toRead)
	if err != nil {
		return "", nil, 0, err
	}
	if err := req.validate(); err != nil {
		return "", nil, 0, err
	}
	known := st.Recognitions[m.ID]
	found, _, err := recognised(c, st, m, k, given(known), makeUp)
	if err != nil {
		return "", nil, 0, err
	}
	items, last = read(found.Items, req.offsets, known.PageSize)
	return found.Version, items, last, nil
}

type describeSubtitlesResponse struct{ SubtitleInfo subtitleInfo }

type subtitleInfo struct {
	Version        string
	SubtitleSet    []subtitleItem
	LastTimeOffset float64
}

type subtitleItem struct {
	ItemID          string `json:"ItemId"`
	StartTimeOffset float64
	EndTimeOffset   float64
	Text            string
}

func describeSubtitles(c *op.Call, st *State, req timedRequest) (describeSubtitlesResponse, error) {
	given := func(r Recognition) *Found[Subtitle] { return r.Subtitles }
	version, items, last, err := readResults(c, st, req, kindSubtitle, given, madeSubtitles)
	if err != nil {
		return describeSubtitlesResponse{}, err
	}
	info := subtitleInfo{Version: version, SubtitleSet: []subtitleItem{}, LastTimeOffset: last}
	for _, s := range items {
		info.SubtitleSet = append(info.SubtitleSet, subtitleItem{s.ID, s.Start, s.End, s.Text})
	}
	return describeSubtitlesResponse{info}, nil
}

type describeTextsResponse struct{ TextInfo textInfo }

type textInfo struct {
	Version        string
	TextSet        []textItem
	LastTimeOffset float64
}

type textItem struct {
	ItemID          string `json:"ItemId"`
	StartTimeOffset float64
	EndTimeOffset   float64
	SegmentSet      []textSegment
}

type textSegment struct {
	Text         string
	AreaCoordSet Area
}

func describeTexts(c *op.Call, st *State, req timedRequest) (describeTextsResponse, error) {
	given := func(r Recognition) *Found[Text] { return r.Texts }
	version, items, last, err := readResults(c, st, req, kindText, given, madeTexts)
	if err != nil {
		return describeTextsResponse{}, err
	}
	info := textInfo{Version: version, TextSet: []textItem{}, LastTimeOffset: last}
	for _, t := range items {
		item := textItem{ItemID: t.ID, StartTimeOffset: t.Start, EndTimeOffset: t.End, SegmentSet: []textSegment{}}
		for _, line := range t.Lines {
			item.SegmentSet = append(item.SegmentSet, textSegment{line.Text, line.Area})
		}
		info.TextSet = append(info.TextSet, item)
	}
	return describeTextsResponse{info}, nil
}
