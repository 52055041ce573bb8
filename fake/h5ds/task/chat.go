package task

import (
	"cmp"
	"encoding/json"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// chatOps both return the whole reply (assumed). The format of the real server's stream is unknown: no client parses
// it, and users would take an invented one for real.
var chatOps = []op.Op[Scope]{
	op.Read("Common.Openai.Completion", complete),
	op.Read("Common.Openai.Stream", complete),
}

var (
	errModel    = api.BadRequest("model")
	errMessages = api.BadRequest("messages")
)

type completeRequest struct {
	Model    api.Text          `json:"model"`
	Messages []json.RawMessage `json:"messages"`
}

// completeResponse has the field that clients read: choices[0].message.content.
type completeResponse struct {
	Choices []choice `json:"choices"`
}

type choice struct {
	Message chatMessage `json:"message"`
}

type chatMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// complete returns the reply of the settings, or a made-up sentence that depends only on the model and the messages.
func complete(c *op.Call, st *Scope, req completeRequest) (completeResponse, error) {
	switch {
	case req.Model == "":
		return completeResponse{}, errModel.Because("chat.model", "send the name of a model as model", "the model is missing or empty")
	case len(req.Messages) == 0:
		return completeResponse{}, errMessages.Because("chat.messages", "send at least one message", "there are no messages")
	}
	asked, err := json.Marshal(req)
	if err != nil {
		return completeResponse{}, err
	}
	reply := cmp.Or(st.Settings.Reply, c.Faker("reply to "+string(asked)).Sentence(12))
	return completeResponse{Choices: []choice{{Message: chatMessage{Role: "assistant", Content: reply}}}}, nil
}
