package contracts

import "testing"

func TestNumberType(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, id, pointer, want string }{
		{"integer", "Material.DescribeClass", "/Data/ClassInfoSet/[]/ClassId", "integer"},
		{"number", "Material.DescribeMaterials", "/Data/MaterialInfoSet/[]/MediaInfo/Duration", "number"},
		{"integer in a list", "Material.DescribeMaterials", "/Data/MaterialInfoSet/[]/VideoMaterial/MetaData/VideoStreamInfoSet/[]/Bitrate", "integer"},
		{"in one shape of several", "Material.DescribeMaterials", "/Data/MaterialInfoSet/[]/VideoMaterial/MetaData/Rotate", "number"},
		{"text", "Material.DescribeClass", "/Data/ClassInfoSet/[]/Name", ""},
		{"list", "Material.DescribeClass", "/Data/ClassInfoSet", ""},
		{"of another shape", "Material.DescribeClass", "/Data/ClassInfoSet/ClassId", ""},
		{"whole response", "Material.DescribeClass", "", ""},
		{"unknown place", "Material.DescribeClass", "/Data/Nothing", ""},
		{"unknown operation", "Material.Explode", "/Data", ""},
	}
	d, err := Load("webpaas")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := d.NumberType(tt.id, tt.pointer); got != tt.want {
				t.Errorf("%s %s is %q, want %q", tt.id, tt.pointer, got, tt.want)
			}
		})
	}
	for _, tt := range []struct{ a, b, want string }{
		{"", "", ""}, {"integer", "", "integer"}, {"", "integer", "integer"}, {"integer", "number", "number"}, {"number", "integer", "number"},
	} {
		if got := widerNumber(tt.a, tt.b); got != tt.want {
			t.Errorf("%q or %q is %q, want %q", tt.a, tt.b, got, tt.want)
		}
	}
}
