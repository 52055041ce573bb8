package account

import (
	"fmt"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var qrOps = []op.Op[State]{
	op.Write("Account.Login.Wqr", newLoginQR),
	op.Write("Account.Login.Wset", signInByQR),
	// Two paths of the clients for one thing.
	op.Write("Account.Wechat.Wqr", newBindQR),
	op.Read("Account.Wechat.Wset", boundByQR),
	op.Write("Account.BindWeixin.Wqr", newBindQR),
	op.Read("Account.BindWeixin.Wset", boundByQR),
}

// QR is a code on a page that a person scans with WeChat, to log in or to bind the WeChat account. In the fake a test
// approves it with [State.ApproveQR].
type QR struct {
	SN string `json:"sn"`
	// Binder is the platform id of the user who wants to bind; nobody for a login.
	Binder string    `json:"binder"`
	Made   time.Time `json:"made"`
	// Approved is the platform id of the user who scanned the code; empty until then.
	Approved string    `json:"approved,omitempty"`
	Used     time.Time `json:"used,omitzero"` // by a login
}

func (q QR) RowKey() (id, owner string) { return q.SN, q.Binder }

// qrLife is how long a code can be scanned and used (assumed). It is also assumed that it logs in once.
const qrLife = 5 * time.Minute

func (q QR) over(now time.Time) bool { return now.Sub(q.Made) >= qrLife }

func (q QR) Expiry() time.Time { return q.Made.Add(qrLife) }

// qrResponse has the fields that the vendor's clients read; url is the src of an image.
type qrResponse struct {
	URL string `json:"url"`
	SN  string `json:"sn"`
}

func newLoginQR(c *op.Call, st *State, _ op.None) (qrResponse, error) {
	return st.QRs.new(c, nobody), nil
}

func newBindQR(c *op.Call, st *State, _ op.None) (qrResponse, error) {
	user, err := st.Caller(c)
	if err != nil {
		return qrResponse{}, err
	}
	return st.QRs.new(c, user.ID), nil
}

// QRs are the codes to scan.
type QRs struct{ table.Table[QR] }

func (q *QRs) new(c *op.Call, binder string) qrResponse {
	qr := QR{SN: q.NewID(c), Binder: binder, Made: c.Now}
	table.PutExpiring(&q.Table, qr, c.Now)
	return qrResponse{URL: api.TextImage("fakecme", "ApproveQR", qr.SN), SN: qr.SN}
}

// ApproveQR scans a code. For a login, who is a name of the user: platform id, userId of the third party, or a bound
// name. For a bind, who is the WeChat account: any name that is not bound to another user.
func (st *State) ApproveQR(c *op.Call, sn, who string) error {
	qr, there := st.QRs.Get(sn)
	switch {
	case !there || table.IsForgotten(qr, c.Now):
		return fmt.Errorf("approve QR %q: there is no such sn", sn)
	case qr.Approved != "":
		return fmt.Errorf("approve QR %q: it is approved already", sn)
	case qr.over(c.Now):
		return fmt.Errorf("approve QR %q: it is older than %s", sn, qrLife)
	}
	if qr.Binder != nobody {
		if other, taken := st.boundTo(kindWechat, who); who == "" || taken && other.ID != qr.Binder {
			return fmt.Errorf("approve QR %q: the WeChat account %q is empty, or bound to another user", sn, who)
		}
		qr.Approved = qr.Binder
		st.Binds.bind(c, qr.Binder, kindWechat, who)
		st.QRs.Put(qr)
		return nil
	}
	user, known := st.Who(who)
	if !known {
		return fmt.Errorf("approve QR %q: there is no user %q; put the user first", sn, who)
	}
	qr.Approved = user.ID
	st.QRs.Put(qr)
	return nil
}

type snRequest struct {
	SN api.Text `json:"sn"`
}

// approved returns a code of the binder that was scanned. Before that it is an error: clients ask again after an error,
// and take every success for a result, even an empty one.
func (q *QRs) approved(c *op.Call, sn, binder string) (QR, error) {
	qr, there := q.Get(sn)
	switch {
	case sn == "":
		return QR{}, api.ErrSN.Because("qr.no-sn", "send the sn of the response that had the picture", "there is no sn")
	case !there || qr.Binder != binder || table.IsForgotten(qr, c.Now):
		return QR{}, api.ErrNotFound.Because("qr.unknown", "ask for a new one", "there is no such code, it expired more than a day ago, or it is another user's")
	case !qr.Used.IsZero():
		return QR{}, api.ErrSN.Because("qr.used", "ask for a new one", "the code has logged somebody in already")
	case qr.over(c.Now):
		return QR{}, api.ErrSN.Because("qr.expired", "ask for a new one", "the code is older than %s", qrLife)
	case qr.Approved == "":
		return QR{}, api.ErrWaiting.Because("qr.waiting", "in a test, approve it with ApproveQR", "nobody has scanned the code yet")
	}
	return qr, nil
}

func signInByQR(c *op.Call, st *State, req snRequest) (tokenResponse, error) {
	qr, err := st.QRs.approved(c, string(req.SN), nobody)
	if err != nil {
		return tokenResponse{}, err
	}
	session, token, err := st.Sessions.open(c, qr.Approved)
	if err != nil {
		return tokenResponse{}, err
	}
	qr.Used = c.Now
	st.QRs.Put(qr)
	table.PutExpiring(&st.Sessions.Table, session, c.Now)
	return tokenResponse{Token: token}, nil
}

func boundByQR(c *op.Call, st *State, req snRequest) (api.Done, error) {
	_, err := st.QRs.approved(c, string(req.SN), c.User)
	return api.Done(err == nil), err
}
