package site

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/pipeline"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/internal/token"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// editorRequest is what the editor page asks. How the vendor's editor talks to its server is not
// documented: all of this is assumed.
type editorRequest struct {
	Sign   string   `json:"sign"`   // of open: action OpenProject; of upload: action Upload
	Token  string   `json:"token"`  // of an open project
	Mids   []string `json:"mids"`   // of refresh: media to show on top
	Tracks *string  `json:"tracks"` // of save
}

// editorCommands are the calls of the editor page, by their names below SDKPrefix.
var editorCommands = map[string]func(x *pipeline.Exchange, req editorRequest) (any, error){
	"open":    openEditor,
	"refresh": refreshEditor,
	"save":    saveEditor,
	"upload":  uploadEditor,
}

// Error codes of the editor (documented, MCE 10-综述.md): 1001 the session is over, 1002 any other error.
const (
	editorSessionOver = 1001
	editorFailed      = 1002
)

// editorError is what the page tells the page around it, as the event Error.
type editorError struct {
	Error int    `json:"error"`
	Code  string `json:"code"`
	Msg   string `json:"msg"`
}

// runEditor answers a call of the editor page. It is journalled like any other, for the tenant that it names.
func runEditor(x *pipeline.Exchange, command func(*pipeline.Exchange, editorRequest) (any, error)) {
	x.Tenant, x.Service = x.Home(), service.Named("webpaas")
	var req editorRequest
	err := json.Unmarshal(x.Body.Bytes, &req)
	if err != nil {
		err = webpaas.ErrSessionInvalid.Because("editor.body", "let the page of the fake call it", "the body is no JSON of the editor: %v", err)
	} else {
		locateEditor(x, req)
	}
	x.Now = x.Tenant.Clock.Now()
	var result any
	if err == nil {
		result, err = command(x, req)
	}
	failure, documented := op.AsFailure(err)
	switch {
	case err != nil && !documented:
		x.Bug("editor: %v", err)
		return
	case err != nil:
		result = editorError{Error: editorErrorOf(failure.Err), Code: failure.Err.Code, Msg: failure.Err.Message}
	}
	body, err := traffic.Encode(result)
	if err != nil {
		x.Bug("editor: encode: %v", err)
		return
	}
	x.Response = pipeline.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
	if documented {
		x.NoteError(failure.Err, &failure.Diagnosis)
	}
}

func editorErrorOf(failure *op.Error) int {
	if failure == webpaas.ErrSessionInvalid {
		return editorSessionOver
	}
	return editorFailed
}

// locateEditor finds the tenant whose token or signature it is. It is not believed yet.
func locateEditor(x *pipeline.Exchange, req editorRequest) {
	session := token.Read(req.Token)
	if _, isToken := session.AppID(); isToken {
		if t, found := scheme.TenantOfToken(x.Registry, session); found {
			x.Locate(t)
		}
	} else if t, found := scheme.TenantOfSignature(x.Registry, req.Sign); found {
		x.Locate(t)
	}
}

// editorKey signs the sessions of the editor. It differs from the key of the tokens of h5ds, so that neither is taken
// for the other.
func editorKey(t *tenant.Tenant) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "editor of %q %q", t.AppID, t.Secret))
	return sum[:]
}

// openEditor believes a signature with action OpenProject. The project stands in openProject.projectId;
// official tutorials write projectId (both documented).
func openEditor(x *pipeline.Exchange, req editorRequest) (any, error) {
	verifier := scheme.CMEVerifier(&x.Request, "OpenProject", req.Sign)
	believed, err := verifier.Verify(req.Sign)
	if err != nil {
		return nil, opencme.ErrSignatureVerifyFail.With(verifier.Explain(req.Sign))
	}
	if believed.SecretID != x.Tenant.SecretID {
		return nil, opencme.ErrSignatureVerifyFail.Because("cme.other-tenant", "call again", "the key became known only after the call had begun")
	}
	project := believed.ProjectID
	if parsed, err := cmesign.Parse(req.Sign); project == "" && err == nil {
		project = parsed.Get("projectId")
	}
	x.Caller.User = believed.UserID
	editing, err := edit(x, project, nil)
	if err != nil {
		return nil, err
	}
	session, err := token.New(editorKey(x.Tenant), x.Tenant.AppID, op.TokenClaims{
		UserID: believed.UserID, Serial: project, Issued: x.Now, Expire: x.Now.Add(x.Tenant.TicketLife()),
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"user": believed.UserID, "token": session, "editing": editing}, nil
}

// believeEditor checks the token of an open project, and returns the project.
func believeEditor(x *pipeline.Exchange, req editorRequest) (project string, err error) {
	claims, fault := token.Read(req.Token).Verify(editorKey(x.Tenant), x.Now)
	if fault != nil {
		d := *fault
		d.Code = "editor." + strings.TrimPrefix(d.Code, "token.")
		d.Fix = "open the project again with a fresh signature"
		return "", webpaas.ErrSessionInvalid.With(d)
	}
	x.Caller.User = claims.UserID
	return claims.Serial, nil
}

func refreshEditor(x *pipeline.Exchange, req editorRequest) (any, error) {
	project, err := believeEditor(x, req)
	if err != nil {
		return nil, err
	}
	editing, err := edit(x, project, req.Mids)
	if err != nil {
		return nil, err
	}
	return map[string]any{"editing": editing}, nil
}

// saved is the response of a call that has nothing to say.
var saved = map[string]bool{"done": true}

// saveEditor puts the tracks of the page into the project; without any it only says whether that is allowed.
func saveEditor(x *pipeline.Exchange, req editorRequest) (any, error) {
	project, err := believeEditor(x, req)
	if err != nil || req.Tracks == nil {
		return saved, err
	}
	return saved, x.Tenant.Update(func(st *state.State) error {
		return st.WebPaaS.SaveTracks(x.Call(), project, *req.Tracks)
	})
}

// uploadEditor judges the signature of showUpload: action Upload, by the user of the editor.
func uploadEditor(x *pipeline.Exchange, req editorRequest) (any, error) {
	if _, err := believeEditor(x, req); err != nil {
		return nil, err
	}
	user, fault := scheme.VerifySign(&x.Request, req.Sign, "Upload")
	switch {
	case fault != nil:
		return nil, opencme.ErrSignatureVerifyFail.With(*fault)
	case user != x.Caller.User:
		return nil, opencme.ErrSignatureVerifyFail.Because("cme.other-user", "sign with the userId that opened the project",
			"the upload is signed for user %q, and the project was opened by %q", user, x.Caller.User)
	}
	return map[string]any{"user": user}, nil
}

func edit(x *pipeline.Exchange, project string, first []string) (editing webpaas.Editing, err error) {
	err = x.Tenant.View(func(st *state.State) error {
		editing, err = st.WebPaaS.Edit(x.Call(), project, first)
		return err
	})
	return editing, err
}
