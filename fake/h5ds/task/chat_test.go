package task_test

import (
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
)

func TestChat(t *testing.T) {
	t.Parallel()
	say := func(st *h5ds.State, operation, request string) string {
		var got struct {
			Choices []struct {
				Message struct{ Role, Content string }
			}
		}
		h5dstest.New(t, st, h5dstest.WtoneID).Read(operation, request, &got)
		if len(got.Choices) != 1 || got.Choices[0].Message.Role != "assistant" || got.Choices[0].Message.Content == "" {
			t.Fatalf("%s: %+v", operation, got)
		}
		return got.Choices[0].Message.Content
	}
	const hello = `{"model":"m","messages":[{"role":"user","content":"hello"}]}`
	const more = `{"provider":"deepseek","model":"m","messages":[{"role":"user","content":"hello"}],"max_completion_tokens":5,"thinking":{"type":"disabled"}}`
	const parts = `{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]}`
	st := h5dstest.Seeded(t)
	first := say(st, "Common.Openai.Completion", hello)
	h5dstest.Diff(t, "again", first, say(st, "Common.Openai.Completion", hello))
	h5dstest.Diff(t, "with other options", first, say(st, "Common.Openai.Completion", more))
	h5dstest.Diff(t, "as a stream", first, say(st, "Common.Openai.Stream", hello))
	if say(st, "Common.Openai.Completion", parts) == first {
		t.Error("other messages are answered the same")
	}
	h5dstest.Load(t, st, h5ds.Fixtures{Settings: settings.Settings{Reply: "<tool_calls>[]</tool_calls>"}})
	h5dstest.Diff(t, "with a reply in the settings", "<tool_calls>[]</tool_calls>", say(st, "Common.Openai.Completion", hello))
}
