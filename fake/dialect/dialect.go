// Package dialect names the readings of documentation that contradicts itself.
//
// Where two documents of a vendor disagree, both readings are kept. Each contradiction is one field of [Dialect]. Its zero
// value is the reading of the two documents this project began from, the dialect "original". A test can start from a preset
// and change single fields.
package dialect

import (
	"fmt"
	"slices"
	"strings"
)

// Dialect chooses one reading for each known contradiction. The zero value is [Original].
type Dialect struct {
	// Name is the preset that this dialect came from. It is only a label.
	Name string `json:"name"`

	// TicketEnvelope is the shape of the response of OpenCME.Login.
	TicketEnvelope TicketEnvelope `json:"ticketEnvelope"`

	// CMEContentType is the Content-Type of responses of opencme and webpaas. The documents say "JSON"; a client of the
	// vendor's own web pages observed text/plain.
	CMEContentType ContentType `json:"cmeContentType"`

	// MaterialKeys are the names of the parts of a material in responses.
	MaterialKeys MaterialKeys `json:"materialKeys"`

	// DescribeMaterialsShape is the Data of Material.DescribeMaterials.
	DescribeMaterialsShape DescribeShape `json:"describeMaterialsShape"`

	// UploadSign says whether the operations that document VerifySign demand it.
	UploadSign UploadSign `json:"uploadSign"`

	// DeleteClassOwner says whether Material.DeleteClass demands an Owner.
	DeleteClassOwner DeleteClassOwner `json:"deleteClassOwner"`

	// FinishUploadData says whether the response of Material.FinishUploadMaterial has the id of the material.
	FinishUploadData Presence `json:"finishUploadData"`

	// ProjectCategory is the name and type of the category filter of Project.DescribeProjects.
	ProjectCategory ProjectCategory `json:"projectCategory"`

	// CategoryShape is the type of Category in responses about projects.
	CategoryShape CategoryShape `json:"categoryShape"`

	// StreamConnectName is the Category of stream relay projects in responses. In requests it is StreamConnect on every page.
	StreamConnectName StreamConnectName `json:"streamConnectName"`

	// TeamPaging says whether Team.DescribeTeams pages and counts, and whether TeamIds may be left out.
	TeamPaging TeamPaging `json:"teamPaging"`

	// JoinTeamsZero is the meaning of a Limit of 0 in Team.DescribeJoinTeams.
	JoinTeamsZero JoinTeamsZero `json:"joinTeamsZero"`

	// TaskType says whether the tasks in responses of Task.DescribeTasks have a TaskType. Those of its example have one, the
	// table of TaskInfo does not.
	TaskType Presence `json:"taskType"`

	// FaceIDKey is the key of a face's id. It is "Id" in the table, and "Id " with a space in the example.
	FaceIDKey FaceIDKey `json:"faceIdKey"`

	// LoginExpired is the code by which h5ds says that a user must log in again.
	LoginExpired LoginExpired `json:"loginExpired"`

	// WorkLocation says how User.Apps.Info points to the project of a work.
	WorkLocation WorkLocation `json:"workLocation"`

	// NetCreate is what CME.Net.create of the Web SDK returns.
	NetCreate NetCreate `json:"netCreate"`

	// NetResult is the value of the promise that fetch of the Web SDK returns. No document says.
	NetResult NetResult `json:"netResult"`
}

// TicketEnvelope is a shape of the response of OpenCME.Login.
type TicketEnvelope string

// Known shapes of the response of OpenCME.Login.
const (
	TicketPlain    TicketEnvelope = ""         // Code, Message, EnglishMessage, Data{…UserId…}: the original document
	TicketResponse TicketEnvelope = "Response" // Response{…TfUid…}: page 1156/50898 of 2025-06-11
)

// ContentType is a reading of "the response is JSON".
type ContentType string

// Known content types of responses of CME.
const (
	ContentJSON ContentType = ""           // application/json
	ContentText ContentType = "text/plain" // text/plain; charset=utf-8
)

// String returns the value of the header.
func (c ContentType) String() string {
	if c == ContentText {
		return "text/plain; charset=utf-8"
	}
	return "application/json; charset=utf-8"
}

// MaterialKeys is a set of key names of a material.
type MaterialKeys string

// Known key sets.
const (
	// KeysExample: BasicInfo, MediaUrl as a string, VideoStreamInfoSet, Rotate as a number. The
	// examples, the server SDK and clients of the sister host agree on it.
	KeysExample MaterialKeys = ""
	// KeysTable: MaterialBasicInfo, MediaUrl as a list, VideoStreamSet, Rotate as a string. The table of the structures.
	KeysTable MaterialKeys = "table"
)

// DescribeShape is the Data of Material.DescribeMaterials.
type DescribeShape string

// Known shapes.
const (
	DescribeSets DescribeShape = ""     // MaterialInfoSet and FailedMaterialInfoSet: the table
	DescribeFlat DescribeShape = "flat" // the one material itself: the example
)

// UploadSign says whether VerifySign must be sent.
type UploadSign string

// Known readings of VerifySign.
const (
	UploadSignOptional UploadSign = ""         // verified when it is sent
	UploadSignRequired UploadSign = "required" // the newest page lists it
)

// DeleteClassOwner says whether the Owner of a class must be sent.
type DeleteClassOwner string

// Known readings of the Owner in Material.DeleteClass.
const (
	ClassOwnerOptional DeleteClassOwner = ""         // the older pages do not have it; it is believed when it is sent
	ClassOwnerRequired DeleteClassOwner = "required" // the newer page requires it
)

// Presence says whether a response has a part that only some documents have.
type Presence string

// Known readings.
const (
	Present Presence = ""
	Absent  Presence = "absent"
)

// ProjectCategory is the name of a filter.
type ProjectCategory string

// Known names of the category filter. A request with the other name is rejected, so that a filter is never ignored
// (assumed).
const (
	CategorySet ProjectCategory = ""         // CategorySet, an array: every repository version
	Category    ProjectCategory = "Category" // Category, one string: the published page of 2023-01-09
)

// CategoryShape is a type of Category in responses.
type CategoryShape string

// Known types of Category.
const (
	CategoryText CategoryShape = ""     // one text: the examples
	CategoryList CategoryShape = "list" // an array of texts: the tables of ProjectInfo and ProjectBasicInfo
)

// StreamConnectName is a spelling.
type StreamConnectName string

// Known spellings of the category of stream relay projects.
const (
	StreamConnect StreamConnectName = ""             // as in requests
	StreamConnet  StreamConnectName = "StreamConnet" // the tables of ProjectInfo and ProjectBasicInfo
)

// TeamPaging is a reading of Team.DescribeTeams.
type TeamPaging string

// Known readings of Team.DescribeTeams.
const (
	TeamsWhole TeamPaging = ""      // TeamIds are required, neither Limit nor Offset is known, and no TotalCount: the older pages
	TeamsPaged TeamPaging = "paged" // TeamIds may be left out; Limit, Offset and TotalCount: the newer page
)

// JoinTeamsZero is a reading of an example. Its request has Limit 0 and Offset 20, and its response has the only team.
type JoinTeamsZero string

// Known readings of a Limit of 0. Without a Limit, Offset counts in both.
const (
	ZeroIsFirstPage JoinTeamsZero = ""      // the first page, whatever Offset is: the example
	ZeroIsDefault   JoinTeamsZero = "table" // the same as no Limit, so Offset counts: the table, with the default of other lists
)

// FaceIDKey is a JSON key.
type FaceIDKey string

// Known keys of a face's id.
const (
	FaceID      FaceIDKey = ""
	FaceIDBlank FaceIDKey = "Id " // the example, with its trailing space
)

// LoginExpired is a set of codes.
type LoginExpired string

// Known login-expired codes of the vendor's own clients.
const (
	LoginExpired1001 LoginExpired = ""     // clients of 2025-12
	LoginExpired1002 LoginExpired = "1002" // clients of 2024 read both 1001 and 1002
	LoginExpired1    LoginExpired = "1"    // client of 2026-07
)

// Code returns the number in the response.
func (l LoginExpired) Code() string {
	if l == LoginExpired1001 {
		return "1001"
	}
	return string(l)
}

// WorkLocation says where a work's project is.
type WorkLocation string

// Known readings of User.Apps.Info.
const (
	WorkURL      WorkLocation = ""          // url: a path below the CDN
	WorkDraftURL WorkLocation = "draft_url" // draft_url: the same, another name
	WorkInline   WorkLocation = "inline"    // data: the project itself
)

// NetCreate is a reading of CME.Net.create.
type NetCreate string

// Known readings of CME.Net.create.
const (
	NetObject  NetCreate = ""        // the instance itself, which also has then and catch: every repository version
	NetPromise NetCreate = "promise" // a promise of the instance, or of an object with Error: page 1156/50899 of 2022-11-01
)

// NetResult is a reading of "the result of the response" in the documents.
type NetResult string

// Known readings of fetch.
const (
	NetData     NetResult = ""         // Data; any Code but Success rejects: the vendor's own web client does so
	NetEnvelope NetResult = "envelope" // the whole response, whatever its Code
)

// Original follows the two documents this project began from.
var Original = Dialect{Name: "original"}

// Current follows the newest published pages and clients.
var Current = Dialect{
	Name:             "current",
	TicketEnvelope:   TicketResponse,
	CMEContentType:   ContentText,
	UploadSign:       UploadSignRequired,
	DeleteClassOwner: ClassOwnerRequired,
	ProjectCategory:  Category,
	TeamPaging:       TeamsPaged,
	LoginExpired:     LoginExpired1,
	WorkLocation:     WorkInline,
	NetCreate:        NetPromise,
}

// All returns the presets. The first is the default.
func All() []Dialect { return []Dialect{Original, Current} }

// Named returns the preset of that name. The error lists the names there are.
func Named(name string) (Dialect, error) {
	var names []string
	for _, d := range All() {
		if d.Name == name {
			return d, nil
		}
		names = append(names, d.Name)
	}
	return Dialect{}, fmt.Errorf("dialect: no dialect %q; there are: %s", name, strings.Join(names, ", "))
}

// Check returns an error for an unknown reading, and for a dialect that has the name of a preset and none of its readings: a
// name alone chooses nothing.
func (d Dialect) Check() error {
	for _, f := range []struct {
		name  string
		value string
		known []string
	}{
		{"TicketEnvelope", string(d.TicketEnvelope), []string{string(TicketResponse)}},
		{"CMEContentType", string(d.CMEContentType), []string{string(ContentText)}},
		{"MaterialKeys", string(d.MaterialKeys), []string{string(KeysTable)}},
		{"DescribeMaterialsShape", string(d.DescribeMaterialsShape), []string{string(DescribeFlat)}},
		{"UploadSign", string(d.UploadSign), []string{string(UploadSignRequired)}},
		{"DeleteClassOwner", string(d.DeleteClassOwner), []string{string(ClassOwnerRequired)}},
		{"FinishUploadData", string(d.FinishUploadData), []string{string(Absent)}},
		{"ProjectCategory", string(d.ProjectCategory), []string{string(Category)}},
		{"CategoryShape", string(d.CategoryShape), []string{string(CategoryList)}},
		{"StreamConnectName", string(d.StreamConnectName), []string{string(StreamConnet)}},
		{"TeamPaging", string(d.TeamPaging), []string{string(TeamsPaged)}},
		{"JoinTeamsZero", string(d.JoinTeamsZero), []string{string(ZeroIsDefault)}},
		{"TaskType", string(d.TaskType), []string{string(Absent)}},
		{"FaceIDKey", string(d.FaceIDKey), []string{string(FaceIDBlank)}},
		{"LoginExpired", string(d.LoginExpired), []string{string(LoginExpired1), string(LoginExpired1002)}},
		{"WorkLocation", string(d.WorkLocation), []string{string(WorkDraftURL), string(WorkInline)}},
		{"NetCreate", string(d.NetCreate), []string{string(NetPromise)}},
		{"NetResult", string(d.NetResult), []string{string(NetEnvelope)}},
	} {
		if f.value != "" && !slices.Contains(f.known, f.value) {
			return fmt.Errorf("dialect: %s is %q; it can be left empty, or be one of %q", f.name, f.value, f.known)
		}
	}
	bare := d
	bare.Name = ""
	for _, preset := range All() {
		if d.Name == preset.Name && d != preset && bare == (Dialect{}) {
			return fmt.Errorf("dialect: the name %q alone chooses nothing; take the whole preset dialect.Named(%q)", d.Name, d.Name)
		}
	}
	return nil
}
