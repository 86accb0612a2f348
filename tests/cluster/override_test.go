package cluster

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const operatorToken = "0123456789abcdef0123456789abcdef"

// read reads a page of a pod's HTTP port, as an operator.
func read(port int, page string) string {
	request, _ := http.NewRequest("GET", "http://"+url(port)+page, nil)
	request.Header.Set("Authorization", "Bearer "+operatorToken)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return string(text)
}

// wants is what a pod says of an object, -1 where it says nothing.
func wants(port int, name string) float64 {
	var body struct{ Decisions []decision }
	_ = json.Unmarshal([]byte(read(port, "/api/v1/decisions?namespace=default&name="+name)), &body)
	if len(body.Decisions) != 1 || body.Decisions[0].Replicas == nil {
		return -1
	}
	return *body.Decisions[0].Replicas
}

// override runs `loadline override` against a pod.
func override(port int, arguments ...string) (string, int) {
	line := append([]string{"override"}, arguments...)
	line = append(line, "--server", "http://"+url(port), "--token-file", path("operator"))
	command := exec.Command(filepath.Join(root, "build/loadline"), line...)
	out, _ := command.CombinedOutput()
	return string(out), command.ProcessState.ExitCode()
}

// Overrides that are set over the API of one pod, kept in a ConfigMap, and obeyed by all.
func TestOverride(t *testing.T) {
	kubeconfig := accountConfig(t)
	must(t, os.WriteFile(path("operator"), []byte(operatorToken), 0o600))
	must(t, os.WriteFile(path("tokens"), []byte("operator "+operatorToken+" anna\n"), 0o600))
	t.Setenv("LOADLINE_HTTP_TOKENS_FILE", path("tokens"))
	newWorldWith(t, fmt.Sprintf("kubernetes: {enabled: true, kubeconfig: %s}\n", kubeconfig))
	t.Cleanup(func() {
		_, _ = kubectl("", "delete", "--wait=true", "--ignore-not-found", "scaledobject/held", "deployment/held", "configmap/from-configmap")
	})

	text, err := os.ReadFile(path("loadline.yaml"))
	must(t, err)
	second := strings.NewReplacer(url(grpcPort), url(secondGrpcPort), url(httpPort), url(secondHttpPort), path("data"), path("data-second")).Replace(string(text))
	must(t, os.WriteFile(path("second.yaml"), []byte(second), 0o644))
	pod, err := spawn("second", filepath.Join(root, "build/loadline"), nil, "serve", "--config", path("second.yaml"))
	must(t, err)
	t.Cleanup(func() { _ = pod.Process.Kill(); _ = pod.Wait() })
	must(t, await("the second Loadline", listens(secondHttpPort)))

	apply(t, configMap("from-configmap", 3))
	apply(t, scaledObject("held", "from-configmap", "", ""))
	both := func(replicas float64) func() bool {
		return func() bool { return wants(httpPort, "held") == replicas && wants(secondHttpPort, "held") == replicas }
	}
	eventually(t, "both pods decide by the policy", both(3))

	out, code := override(secondHttpPort, "set", "default/held", "--pin", "5", "--for", "1h", "--name", "drill", "--reason", "a drill")
	fmt.Print(out)
	if code != 0 || !strings.Contains(out, "ConfigMap loadline/loadline-overrides") || !strings.Contains(out, "default/held (from-configmap)") {
		t.Fatalf("an override is not set (%d): %s", code, out)
	}
	eventually(t, "an override that was set through the second pod is obeyed by both", both(5))
	eventually(t, "and by KEDA and the HPA", func() bool { s, there := see("default", "held"); return there && s.spec == 5 })
	if summary := read(httpPort, "/api/v1/decisions?namespace=default&name=held"); !strings.Contains(summary, "override drill (a drill; by anna): exactly 5") {
		t.Errorf("the first pod does not tell why: %s", summary)
	}

	var all sync.WaitGroup
	for i := 0; i < 10; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			port := []int{httpPort, secondHttpPort}[i%2]
			if out, code := override(port, "set", "default/nobody", "--floor", "1", "--for", "1h", "--name", fmt.Sprintf("many-%d", i), "--reason", "many at once"); code != 0 {
				t.Errorf("many-%d is not set: %s", i, out)
			}
		}()
	}
	all.Wait()
	eventually(t, "of those that were set through both at once none is lost", func() bool {
		return strings.Count(read(httpPort, "/api/v1/overrides"), `"many-`) == 10 && strings.Count(read(secondHttpPort, "/api/v1/overrides"), `"taken_up": true`) == 11
	})

	_, _ = kubectl("", "create", "namespace", "data")
	apply(t, `apiVersion: v1
kind: ConfigMap
metadata: { name: loadline-overrides, namespace: data, labels: { loadline.dev/policies: "true" } }
data:
  all.yaml: |
    apiVersion: loadline.dev/v1
    kind: Override
    metadata: { name: zz-all }
    spec: { all: true, pin: 1, until: 2100-01-01T00:00:00Z, reason: "not theirs" }
  theirs.yaml: |
    apiVersion: loadline.dev/v1
    kind: Override
    metadata: { name: zz-theirs, namespace: default }
    spec: { object: held, pin: 1, until: 2100-01-01T00:00:00Z, reason: "not theirs" }
`)
	eventually(t, "a tenant's ConfigMap of the same name decides nothing elsewhere", func() bool {
		return strings.Contains(read(httpPort, "/readyz"), "a ConfigMap of namespace data holds documents of that namespace alone") && both(5)()
	})
	_, _ = kubectl("", "delete", "configmap/loadline-overrides", "-n", "data")

	out, code = override(httpPort, "remove", "drill")
	if code != 0 {
		t.Errorf("an override is not removed: %s", out)
	}
	eventually(t, "and one that was removed through the first pod decides nothing any more", both(3))

	_, err = kubectl("", "delete", "rolebinding/loadline-overrides", "-n", "loadline")
	must(t, err)
	eventually(t, "what RBAC refuses is told by verb, and with where the Role for it stands", func() bool {
		out, code = override(httpPort, "set", "default/held", "--pin", "5", "--for", "1h", "--reason", "x")
		return code == 2 && strings.Contains(out, "may not get configmaps in namespace loadline") && strings.Contains(out, "examples/kubernetes/rbac.yaml")
	})
	if !both(3)() {
		t.Errorf("an override that was refused decides")
	}
}
