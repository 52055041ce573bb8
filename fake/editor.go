package fake

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/token"
	"github.com/fakecme/fakecme/fake/opencme"
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

// editorCommands are the calls of the editor page, by their names below sdkPrefix.
var editorCommands = map[string]func(x *exchange, req editorRequest) (any, error){
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
func (x *exchange) runEditor(command func(*exchange, editorRequest) (any, error)) {
	x.tenant, x.service = x.home(), x.srv.serviceAt("web-paas-api.cme.qcloud.com", "")
	var req editorRequest
	err := json.Unmarshal(x.body, &req)
	if err != nil {
		err = webpaas.ErrSessionInvalid.Because("editor.body", "let the page of the fake call it", "the body is no JSON of the editor: %v", err)
	} else {
		x.locateEditor(req)
	}
	x.now = x.tenant.Clock.Now()
	var result any
	if err == nil {
		result, err = command(x, req)
	}
	if failure, ok := op.AsFailure(err); err != nil && ok {
		x.failure, x.diagnosis = failure.Err, &failure.Diagnosis
		result = editorError{Error: editorErrorOf(failure.Err), Code: failure.Err.Code, Msg: failure.Err.Message}
	} else if err != nil {
		x.bug("editor: %v", err)
		return
	}
	body, err := encode(result)
	if err != nil {
		x.bug("editor: encode: %v", err)
		return
	}
	x.answer = answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

func editorErrorOf(failure *op.Error) int {
	if failure == webpaas.ErrSessionInvalid {
		return editorSessionOver
	}
	return editorFailed
}

// locateEditor finds the tenant whose token or signature it is. It is not believed yet.
func (x *exchange) locateEditor(req editorRequest) {
	if appid, ok := token.AppID(req.Token); ok {
		if t, found := find(x.srv.registry, x.srv.registry.byAppID, appid); found {
			x.tenant, x.located = t, true
		}
		return
	}
	if parsed, err := cmesign.Parse(req.Sign); err == nil {
		if t, found := find(x.srv.registry, x.srv.registry.bySecretID, parsed.SecretID()); found {
			x.tenant, x.located = t, true
		}
	}
}

// editorKey signs the sessions of the editor. It differs from the key of the tokens of h5ds, so that
// neither is taken for the other.
func (t *Tenant) editorKey() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "editor of %q %q", t.AppID, t.Secret))
	return sum[:]
}

// openEditor believes a signature with action OpenProject. The project stands in openProject.projectId;
// official tutorials write projectId (both documented).
func openEditor(x *exchange, req editorRequest) (any, error) {
	verifier := x.cmeVerifier("OpenProject")
	believed, err := verifier.Verify(req.Sign)
	if err != nil {
		return nil, opencme.ErrSignatureVerifyFail.With(verifier.Explain(req.Sign))
	}
	if believed.SecretID != x.tenant.SecretID {
		return nil, opencme.ErrSignatureVerifyFail.Because("cme.other-tenant", "call again", "the key became known only after the call had begun")
	}
	project := believed.ProjectID
	if parsed, err := cmesign.Parse(req.Sign); project == "" && err == nil {
		project = parsed.Get("projectId")
	}
	x.claims.user = believed.UserID
	editing, err := x.edit(project, nil)
	if err != nil {
		return nil, err
	}
	session, err := token.New(x.tenant.editorKey(), x.tenant.AppID, op.TokenClaims{
		UserID: believed.UserID, Serial: project, Issued: x.now, Expire: x.now.Add(x.srv.config.TicketLife),
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"user": believed.UserID, "token": session, "editing": editing}, nil
}

// believeEditor checks the token of an open project, and returns the project.
func (x *exchange) believeEditor(req editorRequest) (project string, err error) {
	said, fault := token.Verify(x.tenant.editorKey(), req.Token, x.now)
	if fault != nil {
		d := *fault
		d.Code = "editor." + strings.TrimPrefix(d.Code, "token.")
		d.Fix = "open the project again with a fresh signature"
		return "", webpaas.ErrSessionInvalid.With(d)
	}
	x.claims.user = said.UserID
	return said.Serial, nil
}

func refreshEditor(x *exchange, req editorRequest) (any, error) {
	project, err := x.believeEditor(req)
	if err != nil {
		return nil, err
	}
	editing, err := x.edit(project, req.Mids)
	if err != nil {
		return nil, err
	}
	return map[string]any{"editing": editing}, nil
}

// saveEditor puts the tracks of the page into the project; without any it only says whether that is allowed.
func saveEditor(x *exchange, req editorRequest) (any, error) {
	project, err := x.believeEditor(req)
	if err != nil || req.Tracks == nil {
		return done, err
	}
	return done, x.srv.store.Update(x.tenant.key(), func(st *state) error {
		return st.WebPaaS.SaveTracks(x.call(), project, *req.Tracks)
	})
}

// uploadEditor judges the signature of showUpload: action Upload, by the user of the editor.
func uploadEditor(x *exchange, req editorRequest) (any, error) {
	if _, err := x.believeEditor(req); err != nil {
		return nil, err
	}
	user, fault := x.verifySign(req.Sign, "Upload")
	switch {
	case fault != nil:
		return nil, opencme.ErrSignatureVerifyFail.With(*fault)
	case user != x.claims.user:
		return nil, opencme.ErrSignatureVerifyFail.Because("cme.other-user", "sign with the userId that opened the project",
			"the upload is signed for user %q, and the project was opened by %q", user, x.claims.user)
	}
	return map[string]any{"user": user}, nil
}

func (x *exchange) edit(project string, first []string) (editing webpaas.Editing, err error) {
	err = x.srv.store.View(x.tenant.key(), func(st *state) error {
		editing, err = st.WebPaaS.Edit(x.call(), project, first)
		return err
	})
	return editing, err
}
