package h5ds

import (
	"fmt"

	"github.com/brianvoe/gofakeit/v6"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// demoTypes are the types of system materials that clients know, with what a demo needs of them.
var demoTypes = []struct {
	typeID, word, extension string
	attrs                   Attrs
}{
	{"311", "text", ".json", Attrs{}},
	{"312", "image", ".jpg", Attrs{"width": 1920, "height": 1080}},
	{"313", "audio", ".mp3", Attrs{"duration": 12.5}},
	{"314", "video", ".mp4", Attrs{"duration": 12.5, "width": 1920, "height": 1080}},
	{"315", "sticker", ".png", Attrs{"width": 300, "height": 300}},
	{"316", "effect", ".json", Attrs{"duration": 3}},
	{"317", "filter", ".png", Attrs{}},
	{"318", "transition", ".json", Attrs{"duration": 1}},
}

// Numbers of a demo: enough for two pages of four.
const (
	demoItems     = 2 // for each type
	demoMaterials = 3 // for each item
	demoTemplates = 3 // for each category
)

// loadDemo makes up what all users see of the system. The same seed of the server gives the same.
func (st *State) loadDemo(c *op.Call, wanted bool) error {
	if !wanted {
		return nil
	}
	faker := c.Faker("h5ds demo")
	for _, kind := range demoTypes {
		for range demoItems {
			item, err := st.PutTypeItem(c, TypeItem{TypeID: kind.typeID, Name: faker.HipsterWord()})
			if err != nil {
				return fmt.Errorf("load h5ds demo: %w", err)
			}
			for range demoMaterials {
				file := fmt.Sprintf("/video/materials/%ss/%s", kind.word, faker.DigitN(9))
				if _, err := st.PutMaterial(c, Material{
					Name: demoName(faker), Type: kind.word, From: system, CategoryID: item.ID, Attrs: kind.attrs,
					Size: float64(faker.Number(1<<10, 1<<20)), Tags: []string{item.Name},
					URLs: URLs{URL: file + kind.extension, Thumb: file + "_thumb.jpg"},
				}); err != nil {
					return fmt.Errorf("load h5ds demo: %w", err)
				}
			}
		}
	}
	return st.loadDemoTemplates(c, faker)
}

// loadDemoTemplates makes up templates of the editors, and of the older product's pictures.
func (st *State) loadDemoTemplates(c *op.Call, faker *gofakeit.Faker) error {
	for _, kind := range []string{"", pictureType} {
		category, err := st.PutTemplateCategory(c, TemplateCategory{Name: faker.HipsterWord()})
		if err != nil {
			return fmt.Errorf("load h5ds demo: %w", err)
		}
		for i := range demoTemplates {
			if _, err := st.PutTemplate(c, Template{
				Name: demoName(faker), CategoryID: category.ID, Type: kind, IsTop: i == 0,
				Thumb: fmt.Sprintf("/video/materials/images/%s_thumb.jpg", faker.DigitN(9)),
			}); err != nil {
				return fmt.Errorf("load h5ds demo: %w", err)
			}
		}
	}
	return nil
}

func demoName(faker *gofakeit.Faker) string {
	return faker.HackerAdjective() + " " + faker.HackerNoun()
}
