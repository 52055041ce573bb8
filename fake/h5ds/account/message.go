package account

import (
	"strconv"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var messageOps = []op.Op[State]{
	op.Read("User.Messages.Count", countMessages),
	op.Read("User.Messages.Page", listMessages),
	op.Write("User.Messages.Info", messageInfo),
	op.Write("User.Messages.ReadAll", readAllMessages),
}

// Types of a [Message], as the vendor's newest client has them.
const (
	MessagePrivate  = 31
	MessagePlatform = 32
	MessageActivity = 33
)

// Message is a message to one user. The keys are those of the API, if it has the field.
type Message struct {
	// ID is decimal digits; a new one when it is left out.
	ID string `json:"id" yaml:"id"`
	// Owner is the platform id of the receiver. A test may give another name of the user, such as the userId.
	Owner string `json:"owner" yaml:"owner"`
	// TypeID is MessagePrivate, MessagePlatform or MessageActivity; MessagePlatform when it is left out.
	TypeID int    `json:"type_id" yaml:"type_id"`
	Title  string `json:"title" yaml:"title"`
	// Contents is HTML.
	Contents string `json:"contents,omitempty" yaml:"contents,omitempty"`
	// SendDate is CreatedAt when it is left out.
	SendDate  time.Time `json:"send_date,omitzero" yaml:"send_date,omitempty"`
	Read      bool      `json:"read,omitempty" yaml:"read,omitempty"`
	CreatedAt time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
}

func (m Message) RowKey() (id, owner string) { return m.ID, m.Owner }

// messageRow has the fields that the vendor's clients read.
type messageRow struct {
	ID        string      `json:"id"`
	Status    int         `json:"status"` // 1 is read
	CreatedAt api.Stamp   `json:"createdAt"`
	Message   messageText `json:"message"`
}

type messageText struct {
	Title    string    `json:"title"`
	Contents string    `json:"contents"`
	SendDate api.Stamp `json:"send_date"`
}

func rowOfMessage(m Message) messageRow {
	row := messageRow{
		ID: m.ID, CreatedAt: api.Stamp(m.CreatedAt),
		Message: messageText{Title: m.Title, Contents: m.Contents, SendDate: api.Stamp(m.SendDate)},
	}
	if m.Read {
		row.Status = 1
	}
	return row
}

// countMessages returns the number of unread messages. It is assumed that the data is the number itself: no client
// reads it.
func countMessages(c *op.Call, st *State, _ op.None) (int, error) {
	unread := 0
	for m := range st.Messages.Of(c.User) {
		if !m.Read {
			unread++
		}
	}
	return unread, nil
}

type messagesRequest struct {
	api.PageRequest
	TypeID api.Text `json:"type_id"` // all, when empty
}

func listMessages(c *op.Call, st *State, req messagesRequest) (api.Page[messageRow], error) {
	ofType := func(m Message) bool { return api.Matches(req.TypeID, strconv.Itoa(m.TypeID)) }
	return api.PageOf(req.PageRequest, api.Filter(st.Messages.Of(c.User), ofType), rowOfMessage)
}

type messageInfoRequest struct {
	ID api.Text `json:"id"`
}

// messageInfo returns a message and marks it as read. That is assumed: clients show which messages are read, and have
// no other call for a single one.
func messageInfo(c *op.Call, st *State, req messageInfoRequest) (messageRow, error) {
	message, err := table.Own(c, &st.Messages, "message", string(req.ID))
	if err != nil {
		return messageRow{}, err
	}
	message.Read = true
	st.Messages.Put(message)
	return rowOfMessage(message), nil
}

func readAllMessages(c *op.Call, st *State, _ op.None) (api.Done, error) {
	for m := range st.Messages.Of(c.User) {
		m.Read = true
		st.Messages.Put(m) // one that is there already keeps its place
	}
	return true, nil
}
