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

// Settings are what the operators of the platform choose.
type Settings struct {
	// MaxUpload is the largest file that an upload may hold, in bytes; 100 MiB when zero. The
	// limit of the real server is not known. The HTTP server has a limit of its own for request bodies.
	MaxUpload int64 `json:"maxUpload,omitempty" yaml:"maxUpload,omitempty"`
	// MaxWorks is how many works a user may have; 999 when zero. The real number is not known.
	MaxWorks int `json:"maxWorks,omitempty" yaml:"maxWorks,omitempty"`
	// Reply is what openai/completion and openai/stream say; made-up text when empty.
	Reply string `json:"reply,omitempty" yaml:"reply,omitempty"`
	// Config is what common/config/value tells, by key. No source names a key, so there is none
	// by default.
	Config map[string]any `json:"config,omitempty" yaml:"config,omitempty"`
}

const defaultMaxUpload = 100 << 20

func (s Settings) UploadLimit() int64 {
	if s.MaxUpload == 0 {
		return defaultMaxUpload
	}
	return s.MaxUpload
}

// IsZero leaves settings that nobody chose out of the JSON.
func (s Settings) IsZero() bool {
	return s.MaxUpload == 0 && s.MaxWorks == 0 && s.Reply == "" && len(s.Config) == 0
}

// Load takes settings in the place of those before, and shares nothing with them. It rejects those that the platform
// cannot have, and those that JSON cannot write.
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

// configValue tells one value. What the real response looks like was not seen: that the value
// itself is the data is assumed, and so is the error of other keys.
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
