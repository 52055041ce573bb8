package h5dstest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/golden"
)

// The worlds and the users of scripts.
var (
	worlds = map[string]func(testing.TB) *h5ds.State{
		"empty": func(testing.TB) *h5ds.State { return &h5ds.State{} }, "seeded": Seeded, "alice": WithAlice, "library": Library, "everything": Everything,
	}
	users = map[string]string{"user_01": WtoneID, "user_02": OtherID, "alice": AliceID, "admin": AdminID, "nobody": ""}
)

// Scripts runs the scripts in testdata/*.script, and returns them by name with their golden lines as they are now. A
// script holds calls with their responses and changes of the state. It consists of cases, each of which begins with a
// line "== name" and a new world. The other lines are:
//
//	world NAME              the world of the cases that follow: empty, seeded, alice, library or everything
//	at DURATION             the time of the calls that follow, after [Now]
//	put JSON                loads fixtures
//	USER OPERATION JSON     calls an operation
//	file PATH               reads a file of the storage
//	> DATA                  the data of the response, or the type and the content of the file
//	! CODE MESSAGE (WHY)    the error of the response, and the code of the diagnosis
//	+ PATH JSON, - PATH     a change of the state
//
// The last three are golden.
func Scripts(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.script")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	scripts := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := script{t: t}
		var lines []string
		for _, line := range strings.Split(string(text), "\n") {
			if line == "" || !strings.ContainsRune(">!+-", rune(line[0])) {
				lines = append(append(lines, line), s.run(line)...)
			}
		}
		scripts[filepath.Base(file)] = strings.Join(lines, "\n")
	}
	return scripts
}

// script is a script while it runs.
type script struct {
	t     *testing.T
	world string
	visit *Visit
}

func (s *script) run(line string) []string {
	s.t.Helper()
	command, rest, _ := strings.Cut(line, " ")
	switch command {
	case "", "#":
	case "world":
		s.world = rest
	case "==":
		s.visit = New(s.t, worlds[s.world](s.t), "")
	case "at":
		d, err := time.ParseDuration(rest)
		if err != nil {
			s.t.Fatal(err)
		}
		s.visit.Call.Now = Now.Add(d)
	case "put":
		var f h5ds.Fixtures
		FromJSON(s.t, rest, &f)
		Load(s.t, s.visit.State, f)
	case "file":
		return []string{s.file(rest)}
	default:
		operation, request, _ := strings.Cut(rest, " ")
		user, known := users[command]
		if !known {
			s.t.Fatalf("there is no user %q: %s", command, line)
		}
		return s.call(s.visit.As(user), operation, request)
	}
	return nil
}

func (s *script) call(v *Visit, operation, request string) []string {
	s.t.Helper()
	before := rows(s.t, v.State)
	response, failure := v.Response(operation, request)
	var lines []string
	if failure != nil {
		lines = append(lines, fmt.Sprintf("! %s %s (%s)", failure.Err.Code, failure.Err.Message, failure.Diagnosis.Code))
	} else {
		data, _ := strings.CutPrefix(response, `{"code":0,"message":"success","data":`)
		lines = append(lines, "> "+strings.TrimSuffix(data, "}"))
	}
	return append(lines, golden.Changes(s.t, before, rows(s.t, v.State))...)
}

func (s *script) file(path string) string {
	content, contentType, ok := s.visit.State.File(path, s.visit.Call.Now)
	switch {
	case !ok:
		return "> none"
	case len(content) < 100:
		return fmt.Sprintf("> %s %q", contentType, content)
	}
	return "> " + contentType + ", at least 100 bytes"
}

// rows returns the state as decoded JSON, with tables as objects by the key of their rows.
func rows(t *testing.T, st *h5ds.State) map[string]any {
	t.Helper()
	var tree map[string]any
	decoder := json.NewDecoder(strings.NewReader(JSON(t, st)))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	for _, part := range tree {
		tables, _ := part.(map[string]any)
		for name, table := range tables {
			if list, ok := table.([]any); ok {
				tables[name] = byKey(list)
			}
		}
	}
	return tree
}

// keys are the keys of rows, the parts of a longer key together.
var keys = [][]string{{"id"}, {"serial"}, {"path"}, {"sn"}, {"key"}, {"kind", "name"}, {"user", "date"}, {"user", "source", "source_id"}, {"user", "source_id"}}

func byKey(list []any) map[string]any {
	byKey := map[string]any{}
	for _, row := range list {
		object := row.(map[string]any)
		i := slices.IndexFunc(keys, func(key []string) bool { return object[key[0]] != nil && object[key[len(key)-1]] != nil })
		var parts []string
		for _, part := range keys[i] {
			parts = append(parts, fmt.Sprint(object[part]))
		}
		byKey[strings.Join(parts, "/")] = row
	}
	return byKey
}
