package h5ds

import (
	"encoding/json"
	"testing"
)

func TestChat(t *testing.T) {
	t.Parallel()
	say := func(st *State, operation, request string) string {
		var got completeResponse
		if err := json.Unmarshal([]byte(answered(t, callOf(wtoneID), st, operation, request)), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Choices) != 1 || got.Choices[0].Message.Role != "assistant" || got.Choices[0].Message.Content == "" {
			t.Fatalf("%s: %+v", operation, got)
		}
		return got.Choices[0].Message.Content
	}
	const hello = `{"model":"m","messages":[{"role":"user","content":"hello"}]}`
	const more = `{"provider":"deepseek","model":"m","messages":[{"role":"user","content":"hello"}],"max_completion_tokens":5,"thinking":{"type":"disabled"}}`
	const parts = `{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]}`
	st := seeded(t)
	first := say(st, "Common.Openai.Completion", hello)
	diff(t, "again", first, say(st, "Common.Openai.Completion", hello))
	diff(t, "with other options", first, say(st, "Common.Openai.Completion", more))
	diff(t, "as a stream", first, say(st, "Common.Openai.Stream", hello))
	if say(st, "Common.Openai.Completion", parts) == first {
		t.Error("other messages are answered the same")
	}
	if err := st.Load(newCall(), Fixtures{Settings: Settings{Reply: "<tool_calls>[]</tool_calls>"}}); err != nil {
		t.Fatal(err)
	}
	diff(t, "with a reply in the settings", "<tool_calls>[]</tool_calls>", say(st, "Common.Openai.Completion", hello))
}
