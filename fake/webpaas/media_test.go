package webpaas

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestDescribeImageSprite(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, filter string
		want         bool
	}{
		{"no filter", ``, true},
		{"filter that does not say", `,"FilterInfo":{}`, true},
		{"wanted", `,"FilterInfo":{"NeedImageSpriteInfo":true}`, true},
		{"not wanted", `,"FilterInfo":{"NeedImageSpriteInfo":false}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := describeWorld(t).must("alice", "Material.DescribeMaterials", `{"MaterialIds":["a"]`+tt.filter+`}`)
			var resp struct {
				MaterialInfoSet []struct {
					VideoMaterial struct{ ImageSpriteInfo *imageSprite }
				}
			}
			if err := json.Unmarshal([]byte(got), &resp); err != nil {
				t.Fatal(err)
			}
			if has := resp.MaterialInfoSet[0].VideoMaterial.ImageSpriteInfo != nil; has != tt.want {
				t.Errorf("image sprites: %t, want %t", has, tt.want)
			}
		})
	}
}

// deleteMaterial also deletes frame tags, recognition and grants of the material.
func TestDeleteMaterial(t *testing.T) {
	t.Parallel()
	w := mediaWorld(t)
	w.must("alice", "Material.ProcessMaterial", `{"MaterialId":"v1","Definition":30}`)
	w.st.FrameTags = map[string]FrameTags{"v1": {MaterialID: "v1"}, "v2": {MaterialID: "v2"}}
	w.must("alice", "Material.DeleteMaterial", `{"MaterialId":"v1"}`)
	type left struct{ Grants, Recognitions, FrameTags, Materials int }
	got := left{len(w.st.Grants), len(w.st.Recognitions), len(w.st.FrameTags), len(w.st.Materials)}
	if diff := cmp.Diff(left{0, 0, 1, 2}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	checkOutcome(t, outcome{Error: "MaterialNotExist", Why: "webpaas.material-unknown"},
		w.run("alice", "Material.DeleteMaterial", `{"MaterialId":"v1"}`))
}

func TestListMediaPages(t *testing.T) {
	t.Parallel()
	w := manyWorld(t, 35)
	all := newestFirst(35)
	tests := []struct {
		name, window string
		want         []string
	}{
		{"default", ``, all[:20]},
		{"limit 0 is the default", `,"Limit":0`, all[:20]},
		{"limit 1", `,"Limit":1`, all[:1]},
		{"limit 30", `,"Limit":30`, all[:30]},
		{"last page", `,"Limit":30,"Offset":30`, all[30:]},
		{"last item", `,"Offset":34`, all[34:]},
		{"at the end", `,"Offset":35`, []string{}},
		{"beyond the end", `,"Offset":9223372036854775807,"Limit":30`, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := w.must("alice", "Material.ListMedia", `{"Platform":"fake-platform","ClassId":500,"Owner":`+aliceJSON+tt.window+`}`)
			if diff := cmp.Diff(tt.want, ids(t, got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(got, `"MaterialTotalCount":35,`) {
				t.Errorf("the total is not 35: %.80s", got)
			}
		})
	}
}

// Every item is on exactly one page, whatever the page sizes.
func TestListMediaPagingProperty(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := random.IntN(70)
		w := manyWorld(t, n)
		got := []string{}
		for len(got) < n {
			limit := 1 + random.IntN(30)
			page := ids(t, w.must("alice", "Material.ListMedia", listRequest(aliceJSON, 500, len(got), limit)))
			if want := min(limit, n-len(got)); len(page) != want {
				t.Fatalf("page at %d of %d with limit %d has %d items, want %d", len(got), n, limit, len(page), want)
			}
			got = append(got, page...)
		}
		if diff := cmp.Diff(newestFirst(n), got); diff != "" {
			t.Fatalf("%s items (-want +got):\n%s", strconv.Itoa(n), diff)
		}
	}
}

// Addresses have the documented form.
func TestAddresses(t *testing.T) {
	t.Parallel()
	const signed = `^https://cme\.vod2\.myqcloud\.com/1200000001/b64e98afvodcq1200000001/[0-9a-f]{8}\d{19}/[A-Za-z0-9]{12}\.%s\?t=[0-9a-f]{8}&whref=yunjian\.qq\.com&sign=[0-9a-f]{32}$`
	const cover = `^https://cme\.vod2\.myqcloud\.com/1200000001/8d388657vodtranscq1200000001/[0-9a-f]{8}\d{19}/coverBySnapshot/coverBySnapshot_10_0\.jpg$`
	const original = `^https://1200000001\.vod2\.myqcloud\.com/b64e98afvodcq1200000001/[0-9a-f]{8}\d{19}/[A-Za-z0-9]{12}\.%s$`
	const sprite = `^https://1200000001\.vod2\.myqcloud\.com/8d388657vodtranscq1200000001/[0-9a-f]{8}\d{19}/imageSprite/imageSprite_20056%s$`
	w := wholeWorld(t)
	c := w.as("alice")
	m := w.st.Materials
	files := func(kind string) files { m := m[kind]; return filesOf(c, &m) }
	for _, tt := range []struct{ name, form, got string }{
		{"video", fmt.Sprintf(signed, "mp4"), files("VIDEO").media()},
		{"audio", fmt.Sprintf(signed, "mp3"), files("AUDIO").media()},
		{"image", fmt.Sprintf(signed, "jpg"), files("IMAGE").media()},
		{"sticker", fmt.Sprintf(signed, "png"), files("STICKER").media()},
		{"effect", fmt.Sprintf(signed, "json"), files("FILTER").media()},
		{"cover of a video", cover, files("VIDEO").cover()},
		{"cover of a template", cover, files("VIDEO_EDIT_TEMPLATE").cover()},
		{"cover of an image", fmt.Sprintf(signed, "jpg"), files("IMAGE").cover()},
		{"cover of audio", `^$`, files("AUDIO").cover()},
		{"original", fmt.Sprintf(original, "mp4"), files("VIDEO").original()},
		{"sprite", fmt.Sprintf(sprite, `\.vtt`), sprites(c, m["VIDEO"]).WebVttURL},
		{"first sprite", fmt.Sprintf(sprite, `_0\.jpg`), sprites(c, m["VIDEO"]).ImageURLSet[0]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !regexp.MustCompile(tt.form).MatchString(tt.got) {
				t.Errorf("%q has not the form %s", tt.got, tt.form)
			}
		})
	}
}

// A signed address is valid for at least a day, does not change during a day, and differs between materials.
func TestSignedAddressInTime(t *testing.T) {
	t.Parallel()
	w := wholeWorld(t)
	video := w.st.Materials["VIDEO"]
	at := func(now time.Time) string { c := w.as("alice"); c.Now = now; return filesOf(c, &video).media() }
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	if at(day) != at(day.Add(24*time.Hour-1)) || at(day) == at(day.Add(24*time.Hour)) {
		t.Error("the address does not change once a day")
	}
	if want := fmt.Sprintf("?t=%08x&", day.Add(48*time.Hour).Unix()); !strings.Contains(at(day), want) {
		t.Errorf("%s is not in %s", want, at(day))
	}
	other := w.st.Materials["AUDIO"]
	if audio := filesOf(w.as("alice"), &other).media(); audio[len(audio)-32:] == at(day)[len(at(day))-32:] {
		t.Error("two materials have one sign")
	}
}

func TestSprites(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name         string
		duration     float64
		count, files int
	}{
		{"example", 1873.50202, 1874, 2}, {"one file", 1000, 1000, 1}, {"one more", 1000.1, 1001, 2}, {"nothing", 0, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := sprites(&op.Call{}, Material{Media: Media{Duration: tt.duration}})
			if int(got.TotalCount) != tt.count || len(got.ImageURLSet) != tt.files {
				t.Errorf("%d pictures in %d files, want %d in %d", got.TotalCount, len(got.ImageURLSet), tt.count, tt.files)
			}
		})
	}
}

// describeOne returns one material of wholeWorld as alice sees it.
func describeOne(t *testing.T, w *world, id string) json.RawMessage {
	t.Helper()
	var resp struct{ MaterialInfoSet []json.RawMessage }
	data := w.must("alice", "Material.DescribeMaterials", `{"MaterialIds":["`+id+`"]}`)
	if err := json.Unmarshal([]byte(data), &resp); err != nil || len(resp.MaterialInfoSet) != 1 {
		t.Fatalf("%s: %v", data, err)
	}
	return resp.MaterialInfoSet[0]
}

// keys lists the keys of an object in their order, those of objects inside with a path.
func keys(t *testing.T, text json.RawMessage) []string {
	t.Helper()
	var list []string
	d := json.NewDecoder(strings.NewReader(string(text)))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		if value[0] != '{' {
			list = append(list, fmt.Sprint(key))
			continue
		}
		for _, inner := range keys(t, value) {
			list = append(list, fmt.Sprint(key, ".", inner))
		}
	}
	return list
}

func prefixed(prefix, names string) []string {
	list := strings.Fields(names)
	for i := range list {
		list[i] = prefix + "." + list[i]
	}
	return list
}

const (
	basicKeys = "MaterialId MaterialType Name CreateTime UpdateTime ClassPath TagSet PreviewUrl MediaUrl Owner.Id Owner.Type"
	infoKeys  = "Width Height Size Duration MediaType"
)

func TestKeysOfTheDialects(t *testing.T) {
	t.Parallel()
	common := func(basic string) []string {
		return slices.Concat(prefixed(basic, basicKeys), prefixed("MediaInfo", infoKeys), []string{"MaterialStatus.TranscodeStatus"})
	}
	video := func(audio, video, resolution string) []string {
		return slices.Concat(
			prefixed("VideoMaterial.MetaData", audio+" "+video+" Bitrate Container Duration Width Height Size Rotate"),
			prefixed("VideoMaterial.ImageSpriteInfo", "Height Width TotalCount WebVttUrl ImageUrlSet"),
			prefixed("VideoMaterial", "MaterialUrl CoverUrl "+resolution+" OriginalUrl"))
	}
	tests := []struct {
		name string
		keys dialect.MaterialKeys
		id   string
		want []string
	}{
		{"video, examples", dialect.KeysExample, "VIDEO", append(common("BasicInfo"), video("AudioStreamInfoSet", "VideoStreamInfoSet", "Resolution")...)},
		{"video, table", dialect.KeysTable, "VIDEO", append(common("MaterialBasicInfo"), video("AudioStreamSet", "VideoStreamSet", "")...)},
		{"effect video", dialect.KeysExample, "EFFECT_VIDEO", append(common("BasicInfo"), video("AudioStreamInfoSet", "VideoStreamInfoSet", "Resolution")...)},
		{"audio", dialect.KeysExample, "AUDIO", append(common("BasicInfo"), prefixed("AudioMaterial",
			"MetaData.AudioStreamInfoSet MetaData.Bitrate MetaData.Container MetaData.Duration MetaData.Width MetaData.Height MetaData.Size MetaData.Rotate MaterialUrl CoverUrl OriginalUrl")...)},
		{"image", dialect.KeysExample, "IMAGE", append(common("BasicInfo"), prefixed("ImageMaterial", "Width Height Size MaterialUrl OriginalUrl Resolution")...)},
		{"sticker", dialect.KeysTable, "STICKER", append(common("MaterialBasicInfo"), prefixed("StickerMaterial", "Width Height Size MaterialUrl OriginalUrl Resolution")...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := wholeWorld(t)
			w.dialect.MaterialKeys = tt.keys
			if diff := cmp.Diff(tt.want, keys(t, describeOne(t, w, tt.id))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Types other than media have their own part, or none.
func TestPartsOfTheOtherTypes(t *testing.T) {
	t.Parallel()
	effect := "%[1]s.Attribute %[1]s.CoverUrl %[1]s.MaterialUrl"
	for kind, part := range map[string]string{
		"SUBTITLE": fmt.Sprintf(effect, "SubtitleMaterial"), "TRANSITION": fmt.Sprintf(effect, "TransitionMaterial"),
		"FILTER": fmt.Sprintf(effect, "FilterMaterial"), "TEXT": fmt.Sprintf(effect, "TextMaterial"),
		"TEXT_IMAGE": fmt.Sprintf(effect, "TextImageMaterial"), "STYLE": fmt.Sprintf(effect, "StyleMaterial"),
		"WATERMARK": "", "SWITCHER_LAYOUT": "", "SWITCHER_EFFECT_TEXT": "",
		"VIDEO_EDIT_TEMPLATE":         "VideoEditTemplateMaterial.AspectRatio VideoEditTemplateMaterial.FusionData",
		"THIRD_PARTY_PUBLISH_CHANNEL": "ThirdPartyPublishChannelMaterial.ThirdPartyPublish ThirdPartyPublishChannelMaterial.OpenId ThirdPartyPublishChannelMaterial.ValidTime",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			want := slices.Concat(prefixed("BasicInfo", basicKeys), []string{"MaterialStatus.TranscodeStatus"}, strings.Fields(part))
			if diff := cmp.Diff(want, keys(t, describeOne(t, wholeWorld(t), kind))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Some values have another type in the other dialect.
func TestTypesOfTheDialects(t *testing.T) {
	t.Parallel()
	type values struct {
		MediaURL string // the first byte
		Rotate   string
	}
	for keys, want := range map[dialect.MaterialKeys]values{
		dialect.KeysExample: {`"`, `90`}, dialect.KeysTable: {`[`, `"90"`},
	} {
		t.Run(string("keys "+keys), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).load(Fixtures{Materials: []Material{{ID: "VIDEO", Owner: Person("alice"), Media: Media{Rotate: 90}}}})
			w.dialect.MaterialKeys = keys
			type basic struct{ MediaURL json.RawMessage }
			var info struct {
				BasicInfo, MaterialBasicInfo basic
				VideoMaterial                struct {
					MetaData struct{ Rotate json.RawMessage }
				}
			}
			if err := json.Unmarshal(describeOne(t, w, "VIDEO"), &info); err != nil {
				t.Fatal(err)
			}
			url := string(info.BasicInfo.MediaURL) + string(info.MaterialBasicInfo.MediaURL)
			if diff := cmp.Diff(want, values{url[:1], string(info.VideoMaterial.MetaData.Rotate)}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPresetTags(t *testing.T) {
	t.Parallel()
	w := newWorld(t).load(Fixtures{Materials: []Material{{ID: "v", Owner: Person("alice"), PresetTagIDs: []string{"p", "q"}}}})
	got := string(describeOne(t, w, "v"))
	if want := `"ClassPath":"/个人/素材/视频","TagInfoSet":[{"Type":"Preset","Id":"p"},{"Type":"Preset","Id":"q"}],"TagSet":[],`; !strings.Contains(got, want) {
		t.Errorf("%s is not in %s", want, got)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	alice, bob := Person("alice"), Person("bob")
	link := func(id string, to Resource, owner Entity) Material {
		return Material{ID: id, Type: typeLink, Owner: alice, Link: &Link{Resource: to, Owner: owner}}
	}
	w := newWorld(t).load(Fixtures{
		Classes: []Class{{ID: 500, Owner: bob, Name: "b"}},
		Materials: []Material{
			{ID: "a", Owner: alice}, {ID: "b", Owner: bob},
			link("own", Resource{ResourceMaterial, "a"}, Entity{}), link("foreign", Resource{ResourceMaterial, "b"}, bob),
			link("gone", Resource{ResourceMaterial, "z"}, Entity{}), link("class", Resource{ResourceClass, "12"}, Entity{}),
			link("foreign class", Resource{ResourceClass, "500"}, bob), link("gone class", Resource{ResourceClass, "501"}, bob),
		},
	})
	for id, want := range map[string]string{
		"own":           `{"LinkType":"MATERIAL","LinkStatus":"NORMAL","LinkMaterialInfo":{"BasicInfo":{"MaterialId":"a",`,
		"foreign":       `{"LinkType":"MATERIAL","LinkStatus":"FORBIDDEN"}`,
		"gone":          `{"LinkType":"MATERIAL","LinkStatus":"NOT FOUND"}`,
		"class":         `{"LinkType":"CLASS","LinkStatus":"NORMAL","LinkClassInfo":{"ClassId":12,"Name":"视频","ParentClassId":11,"ClassPath":"/个人/素材/视频"}}`,
		"foreign class": `{"LinkType":"CLASS","LinkStatus":"FORBIDDEN"}`,
		"gone class":    `{"LinkType":"CLASS","LinkStatus":"NOT FOUND"}`,
	} {
		t.Run(id, func(t *testing.T) {
			var info struct{ LinkMaterial json.RawMessage }
			if err := json.Unmarshal(describeOne(t, w, id), &info); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(info.LinkMaterial), want) {
				t.Errorf("got %s, want %s", info.LinkMaterial, want)
			}
		})
	}
	// A target that became a link itself leads nowhere, and not round in a circle.
	if _, err := Put(w.st, w.as(""), link("a", Resource{ResourceMaterial, "b"}, Entity{})); err != nil {
		t.Fatal(err)
	}
	if got := string(describeOne(t, w, "own")); !strings.Contains(got, `"LinkStatus":"NOT FOUND"`) {
		t.Errorf("link to a link: %s", got)
	}
}

func TestResolution(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		kind          string
		width, height int64
		want          string
	}{
		{"example", "VIDEO", 1980, 1080, "FHD"}, {"upright", "VIDEO", 1080, 1920, "FHD"},
		{"479", "IMAGE", 900, 479, "LD"}, {"480", "IMAGE", 900, 480, "SD"}, {"719", "VIDEO", 900, 719, "SD"}, {"720", "VIDEO", 1280, 720, "HD"},
		{"1079", "VIDEO", 1900, 1079, "HD"}, {"1439", "VIDEO", 2000, 1439, "FHD"}, {"1440", "VIDEO", 2560, 1440, "2K"},
		{"2159", "STICKER", 4000, 2159, "2K"}, {"2160", "EFFECT_VIDEO", 3840, 2160, "4K"}, {"audio", "AUDIO", 1, 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := (Material{Type: tt.kind, Media: Media{Width: tt.width, Height: tt.height}}).resolution(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEnvelope(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		data    any
		failure *op.Error
		want    string
	}{
		{"no data", nil, nil, success},
		{"data", processMaterialResponse{"t"}, nil, data(`{"TaskId":"t"}`)},
		{"not found", nil, Service.NotFound, `{"Code":"ResourceNotFound","Message":"资源不存在","EnglishMessage":"resource not found"}`},
		{"broken", nil, Service.Broken, `{"Code":"InternalError","Message":"服务器内部错误","EnglishMessage":"system error"}`},
		{"session", nil, ErrSessionInvalid, `{"Code":"AuthFailure.SessionInvalid","Message":"登录态失效","EnglishMessage":"session invalid"}`},
		{"parameter", nil, Service.BadRequest("Limit"), `{"Code":"InvalidParameterValue","Message":"参数值错误","EnglishMessage":"param Limit invalid"}`},
		{"pointer", nil, Service.BadRequest("/Owner/Id"), `{"Code":"InvalidParameterValue","Message":"参数值错误","EnglishMessage":"param Owner/Id invalid"}`},
		{"no parameter", nil, Service.BadRequest(""), `{"Code":"InvalidParameterValue","Message":"参数值错误","EnglishMessage":"invalid request"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, encode(t, Service.Envelope(&op.Call{}, tt.data, tt.failure))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestServiceTable(t *testing.T) {
	t.Parallel()
	writes := map[string]bool{}
	limited := []string{"Material.ListMedia", "Team.DescribeTeams", "Team.DescribeJoinTeams", "Task.DescribeTasks"}
	for _, o := range Service.Ops {
		if _, twice := writes[o.ID]; twice {
			t.Errorf("%s is in two tables", o.ID)
		}
		writes[o.ID] = o.Writes
		if e, ok := o.ErrorOf("/Limit", "maximum"); ok != slices.Contains(limited, o.ID) || ok && e != errLimit {
			t.Errorf("%s: error of /Limit is %v", o.ID, e)
		}
	}
	want := map[string]bool{
		"Material.DeleteMaterial": true, "Material.ModifyMaterial": true, "Material.ProcessMaterial": true,
		"Material.ListMedia": false, "Material.DescribeMaterials": false,
		"Material.SearchMaterial": false, "Material.SearchSharedMaterial": false,
		"Material.CreateClass": true, "Material.DeleteClass": true, "Material.ModifyClass": true, "Material.DescribeClass": false,
		"Material.CreateUploadMaterial": true, "Material.FinishUploadMaterial": true,
		"Material.AddMaterialFrameTag": true, "Material.ModifyMaterialFrameTag": true, "Material.DeleteMaterialFrameTag": true,
		"Material.DescribeMaterialFrameTag": false, "Material.DescribeFaceInMaterial": false, "Material.DescribeMaterialSubtitle": false,
		"Material.DescribeTextInMaterial": false, "Material.DescribeObjectInMaterial": false,
		"Team.DescribeTeams": false, "Team.DescribeJoinTeams": false,
		"Project.AddMaterialToProject": true, "Project.DeleteMaterialFromProject": true, "Project.DescribeProjectMaterials": false,
		"Project.DeleteProject": true, "Project.ModifyProject": true, "Project.DescribeProjects": false, "Project.SearchProject": false,
		"Task.DescribeTasks": true, "Task.DeleteTask": true, // describing counts polls
	}
	for id, w := range want {
		if got, ok := writes[id]; !ok || got != w {
			t.Errorf("%s: there %t, writes %t, want %t", id, ok, got, w)
		}
	}
	if got := Service.ContentType(dialect.Current); got != "text/plain; charset=utf-8" {
		t.Errorf("Content-Type of current is %s", got)
	}
}
