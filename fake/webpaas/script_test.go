package webpaas

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/internal/golden"
)

// worlds are the states that the cases of scripts begin with.
var worlds = map[string]func(*testing.T) *world{
	"newWorld": newWorld, "mediaWorld": mediaWorld, "classWorld": classWorld, "tagWorld": tagWorld,
	"describeWorld": describeWorld, "searchWorld": searchWorld, "sharedWorld": sharedWorld,
	"projectWorld": projectWorld, "libraryWorld": libraryWorld, "taskWorld": taskWorld, "manyTeams": manyTeams,
	"exampleWorld": exampleWorld, "exampleResults": exampleResults, "exampleProjects": exampleProjects,
	"exampleTeams":     func(t *testing.T) *world { return exampleTeams(t, 1000) },
	"exampleJoinTeams": func(t *testing.T) *world { return exampleTeams(t, 100) },
}

// The scripts in testdata/*.script hold calls with their responses and changes of the state. A script consists of
// cases, each of which begins with a line "== name" and a new world. The other lines are:
//
//	world NAME                       the world of the cases that follow
//	show KEY...                      shows only the values of these keys of a response, until the next world
//	dialect key=value...             the dialect for the rest of the case, or of all cases if it stands before the first
//	clock DURATION                   moves the clock
//	put JSON                         loads fixtures
//	USER OPERATION JSON              calls an operation; $UploadContext and $TaskId stand for the last ones in a response
//	> DATA or > ok                   the data of the response; ok for none
//	! ERROR CODE                     the error of the response, and the code of the diagnosis
//	+ PATH JSON, - PATH              a change of the state
//
// The last three are golden: "make golden" writes them.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.script")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".script"), func(t *testing.T) {
			t.Parallel()
			golden.Compare(t, filepath.Base(file), runScript(t, string(text)))
		})
	}
}

// script is a script while it runs.
type script struct {
	t      *testing.T
	world  string
	show   []string
	setup  []string // lines before the first case of a world
	inCase bool
	names  map[string]bool // of the cases so far
	w      *world
	values map[string]string // the last value of each key of responses
}

// runScript runs a script and returns it with the golden lines as they are now.
func runScript(t *testing.T, text string) string {
	t.Helper()
	s := script{t: t, names: map[string]bool{}}
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		if line != "" && strings.ContainsRune(">!+-", rune(line[0])) {
			continue
		}
		lines = append(append(lines, line), s.run(line)...)
	}
	return strings.Join(lines, "\n")
}

func (s *script) run(line string) []string {
	s.t.Helper()
	command, rest, _ := strings.Cut(line, " ")
	switch command {
	case "", "#":
	case "world":
		s.world, s.show, s.setup, s.inCase = rest, nil, nil, false
		if worlds[rest] == nil {
			s.t.Fatalf("there is no world %q", rest)
		}
	case "show":
		s.show = strings.Fields(rest)
	case "==":
		if s.names[rest] {
			s.t.Errorf("there are two cases %q", rest)
		}
		s.names[rest] = true
		s.w, s.values, s.inCase = worlds[s.world](s.t), map[string]string{}, true
		for _, line := range s.setup {
			s.run(line)
		}
	default:
		if !s.inCase {
			s.setup = append(s.setup, line)
			return nil
		}
		return s.step(command, rest)
	}
	return nil
}

func (s *script) step(command, rest string) []string {
	s.t.Helper()
	switch command {
	case "dialect":
		for _, field := range strings.Fields(rest) {
			key, value, _ := strings.Cut(field, "=")
			if err := json.Unmarshal([]byte(encode(s.t, map[string]string{key: value})), &s.w.dialect); err != nil {
				s.t.Fatal(err)
			}
		}
	case "clock":
		d, err := time.ParseDuration(rest)
		if err != nil {
			s.t.Fatal(err)
		}
		s.w.now = s.w.now.Add(d)
	case "put":
		var f Fixtures
		if err := json.Unmarshal([]byte(rest), &f); err != nil {
			s.t.Fatalf("put %s: %v", rest, err)
		}
		s.w.load(f)
	default:
		operation, request, _ := strings.Cut(rest, " ")
		return s.call(command, operation, request)
	}
	return nil
}

var keyValue = regexp.MustCompile(`"(\w+ ?)":("(?:[^"\\]|\\.)*"|[^,{}\[\]]+|[{\[])`)

func (s *script) call(user, operation, request string) []string {
	s.t.Helper()
	request = os.Expand(request, func(key string) string { return s.values[key] })
	before := s.w.stateTree()
	out := s.w.run(user, operation, request)
	var lines []string
	if out.Error != "" {
		lines = append(lines, "! "+out.Error+" "+out.Why)
	} else {
		shown := []string{out.data()}
		matches := keyValue.FindAllStringSubmatch(shown[0], -1)
		for _, m := range matches {
			s.values[m[1]] = strings.Trim(m[2], `"`)
		}
		if s.show != nil && shown[0] != "ok" {
			shown = nil
			for _, m := range matches {
				switch {
				case !slices.Contains(s.show, m[1]):
				case m[2] == "[" || m[2] == "{":
					shown = append(shown, m[1]+":")
				default:
					shown = append(shown, strings.Trim(m[2], `"`))
				}
			}
		}
		lines = append(lines, strings.TrimRight("> "+strings.Join(shown, " "), " "))
	}
	lines = append(lines, golden.Changes(s.t, before, s.w.stateTree())...)
	for i := range lines {
		for _, key := range []string{"UploadContext", "TaskId"} {
			if id := s.values[key]; len(id) > 32 { // made by the fake
				lines[i] = strings.ReplaceAll(lines[i], id, "$"+key)
			}
		}
	}
	return lines
}

// stateTree returns the state as decoded JSON.
func (w *world) stateTree() map[string]any {
	w.t.Helper()
	var tree map[string]any
	decoder := json.NewDecoder(strings.NewReader(encode(w.t, w.st)))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		w.t.Fatal(err)
	}
	return tree
}
