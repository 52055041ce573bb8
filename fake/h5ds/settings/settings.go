package settings

import (
	"encoding/json"
	"fmt"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var Ops = []op.Op[Settings]{
	op.Read("Common.Config.Value", configValue),
}

// Settings are the choices of the platform's operators.
type Settings struct {
	// MaxUpload is the largest size of an uploaded file in bytes; 100 MiB when it is zero. The limit of the real server
	// is unknown. The HTTP server also limits the size of request bodies.
	MaxUpload int64 `json:"maxUpload,omitempty" yaml:"maxUpload,omitempty"`
	// MaxWorks is the largest number of works of a user; 999 when it is zero. The real number is unknown.
	MaxWorks int `json:"maxWorks,omitempty" yaml:"maxWorks,omitempty"`
	// Reply is the reply of openai/completion and openai/stream; a made-up sentence when it is empty.
	Reply string `json:"reply,omitempty" yaml:"reply,omitempty"`
	// Config has the values of common/config/value by key. It is empty by default, because no source names a key.
	Config map[string]any `json:"config,omitempty" yaml:"config,omitempty"`
}

const defaultMaxUpload = 100 << 20

func (s Settings) UploadLimit() int64 {
	if s.MaxUpload == 0 {
		return defaultMaxUpload
	}
	return s.MaxUpload
}

// IsZero leaves the default settings out of the JSON.
func (s Settings) IsZero() bool {
	return s.MaxUpload == 0 && s.MaxWorks == 0 && s.Reply == "" && len(s.Config) == 0
}

// Load replaces the settings by a copy. Negative limits, and values that JSON does not have, are errors.
func (s *Settings) Load(settings Settings) error {
	if settings.MaxUpload < 0 {
		return fmt.Errorf("settings: maxUpload: %d; it cannot be negative", settings.MaxUpload)
	}
	if settings.MaxWorks < 0 {
		return fmt.Errorf("settings: maxWorks: %d; it cannot be negative", settings.MaxWorks)
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return fmt.Errorf("settings: config: %w", err)
	}
	*s = Settings{}
	return json.Unmarshal(text, s)
}

type configRequest struct {
	Key api.Text `json:"key"`
}

var errKey = api.BadRequest("key")

// configValue returns one value. No source shows the response: it is assumed that the value is the data, and that an
// unknown key is an error.
func configValue(_ *op.Call, st *Settings, req configRequest) (any, error) {
	if req.Key == "" {
		return nil, errKey.Because("config.no-key", "send the name of a value as key", "the key is missing or empty")
	}
	value, there := st.Config[string(req.Key)]
	if !there {
		return nil, api.ErrNotFound.Because("config.unknown", "put the value into the settings of the fixtures: h5ds.settings.config",
			"there is no value %.60q", req.Key)
	}
	return value, nil
}
