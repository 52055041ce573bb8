package h5ds

import (
	"fmt"
	"strings"

	"github.com/brianvoe/gofakeit/v6"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"github.com/fakecme/fakecme/fake/h5ds/storage"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// demoTypes are the types of system materials that clients know, each with an example of its files and attributes.
var demoTypes = []struct {
	typeID, word, extension string
	attrs                   library.Attrs
}{
	{"311", "text", ".json", library.Attrs{}},
	{"312", "image", ".png", library.Attrs{"width": 1920, "height": 1080}},
	{"313", "audio", ".mp3", library.Attrs{"duration": 12.5}},
	{"314", "video", ".mp4", library.Attrs{"duration": 12.5, "width": 1920, "height": 1080}},
	{"315", "sticker", ".png", library.Attrs{"width": 300, "height": 300}},
	{"316", "effect", ".json", library.Attrs{"duration": 3}},
	{"317", "filter", ".png", library.Attrs{}},
	{"318", "transition", ".json", library.Attrs{"duration": 1}},
}

// The size of a demo: enough for two pages of four.
const (
	demoItems     = 2 // for each type
	demoMaterials = 3 // for each item
	demoTemplates = 3 // for each category
)

// loadDemo makes up the materials and templates of the system, which all users see. The same seed of the server makes
// the same demo.
func (st *State) loadDemo(c *op.Call, wanted bool) error {
	if !wanted {
		return nil
	}
	faker := c.Faker("h5ds demo")
	for _, kind := range demoTypes {
		for range demoItems {
			item, err := st.library().PutTypeItem(c, library.TypeItem{TypeID: kind.typeID, Name: faker.HipsterWord()})
			if err != nil {
				return fmt.Errorf("demo: %w", err)
			}
			for range demoMaterials {
				urls, size, err := st.demoFiles(c, "/video/materials/"+kind.word+"s/"+faker.DigitN(9), kind.extension)
				if err != nil {
					return fmt.Errorf("demo: %w", err)
				}
				if _, err := st.library().PutMaterial(c, library.Material{
					Name: demoName(faker), Type: kind.word, From: table.System, CategoryID: item.ID, Attrs: kind.attrs,
					Size: size, Tags: []string{item.Name}, URLs: urls,
				}); err != nil {
					return fmt.Errorf("demo: %w", err)
				}
			}
		}
	}
	return st.loadDemoTemplates(c, faker)
}

// loadDemoTemplates makes up templates of the editors, and of the older product's pictures.
func (st *State) loadDemoTemplates(c *op.Call, faker *gofakeit.Faker) error {
	for _, kind := range []string{"", library.PictureType} {
		category, err := st.library().PutTemplateCategory(c, library.TemplateCategory{Name: faker.HipsterWord()})
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		for i := range demoTemplates {
			urls, _, err := st.demoFiles(c, "/video/templates/"+faker.DigitN(9), ".png")
			if err != nil {
				return fmt.Errorf("demo: %w", err)
			}
			if _, err := st.library().PutTemplate(c, library.Template{
				Name: demoName(faker), CategoryID: category.ID, Type: kind, IsTop: i == 0, Thumb: urls.Thumb,
			}); err != nil {
				return fmt.Errorf("demo: %w", err)
			}
		}
	}
	return nil
}

// demoFiles puts a file and its thumbnail into the storage, and returns their paths and the size of the file in bytes.
func (st *State) demoFiles(c *op.Call, base, extension string) (library.URLs, float64, error) {
	file := storage.File{Path: base + extension}
	switch extension {
	case ".json":
		file.Content = storage.Content("{}")
	default:
		file.Sample = strings.TrimPrefix(extension, ".")
	}
	thumb := storage.File{Path: base + "_thumb.png", Sample: "png"}
	for _, f := range []storage.File{file, thumb} {
		if _, err := st.storage().PutFile(c, f); err != nil {
			return library.URLs{}, 0, err
		}
	}
	content, _, _ := file.Read()
	return library.URLs{URL: file.Path, Thumb: thumb.Path}, float64(len(content)), nil
}

func demoName(faker *gofakeit.Faker) string {
	return faker.HackerAdjective() + " " + faker.HackerNoun()
}
