package cluster

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
)

// What tests/migrate/formulas.txt says that formulas come to is what KEDA's own library makes of them.
func TestFormulas(t *testing.T) {
	file, err := os.Open(filepath.Join(os.Getenv("CLUSTER_ROOT"), "tests/migrate/formulas.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	checked := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		parts := strings.Split(lines.Text(), " ; ")
		if strings.HasPrefix(lines.Text(), "#") || len(parts) != 3 {
			continue
		}
		values := map[string]any{}
		for _, each := range strings.Fields(parts[1]) {
			name, value, _ := strings.Cut(each, "=")
			number, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatalf("%s: %v", lines.Text(), err)
			}
			values[name] = number
		}
		got, err := formula(parts[0], values)
		if err != nil {
			t.Errorf("%s: %v", parts[0], err)
			continue
		}
		want, err := strconv.ParseFloat(parts[2], 64)
		if err != nil || math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) {
			t.Errorf("%s with %s: %v, the file says %s", parts[0], parts[1], got, parts[2])
		}
		checked++
	}
	if checked == 0 {
		t.Fatal("no formulas")
	}
	t.Logf("%d formulas", checked)
}

// As KEDA does: pkg/scaling/modifiers/formula.go, calculateScalingModifiersFormula.
func formula(text string, values map[string]any) (float64, error) {
	compiled, err := expr.Compile(text)
	if err != nil {
		return 0, err
	}
	result, err := expr.Run(compiled, values)
	if err != nil {
		return 0, err
	}
	switch number := result.(type) {
	case float64:
		return number, nil
	case int:
		return float64(number), nil
	case bool:
		if number {
			return 1, nil
		}
		return 0, nil
	}
	return 0, fmt.Errorf("%T", result)
}
