// Package cluster: a real KEDA and a real HPA follow the real Loadline. See README.md.
package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	etcdPort = 21800 + iota
	etcdPeerPort
	apiPort
	controllersPort
	operatorMetricsPort
	operatorProbePort
	metricsServicePort
	adapterPort
	adapterMetricsPort
	prometheusPort
	grpcPort
	httpPort
	exporterPort
	secondGrpcPort
	secondHttpPort
)

var (
	programs = os.Getenv("CLUSTER_BIN")
	root     = os.Getenv("CLUSTER_ROOT")
	folder   string // of this run: certificates, data, logs, traces
)

// TestMain starts the control plane once, and ends it with the tests. Its children end with it, however it ends.
func TestMain(m *testing.M) {
	if programs == "" {
		fmt.Println("SKIPPED tests/cluster: start it by run.sh")
		os.Exit(0)
	}
	var err error
	if folder, err = os.MkdirTemp("", "loadline-cluster-"); err != nil {
		panic(err)
	}
	fmt.Println("logs and traces:", folder)
	began := time.Now()
	code := 1
	if err = startControlPlane(); err == nil {
		fmt.Printf("the control plane and KEDA are up after %.1f s\n", time.Since(began).Seconds())
		code = m.Run()
	} else {
		fmt.Println("cannot start the control plane:", err)
	}
	for i := len(children) - 1; i >= 0; i-- {
		_ = children[i].Process.Kill()
		_ = children[i].Wait()
	}
	if code == 0 {
		_ = os.RemoveAll(filepath.Join(folder, "etcd"))
	}
	os.Exit(code)
}

var (
	children  []*exec.Cmd
	apiServer *exec.Cmd
)

func path(parts ...string) string { return filepath.Join(append([]string{folder}, parts...)...) }

func url(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// spawn starts a program whose output goes to logs/NAME.log.
func spawn(name, program string, environment []string, arguments ...string) (*exec.Cmd, error) {
	log, err := os.OpenFile(path("logs", name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	command := exec.Command(program, arguments...)
	command.Stdout, command.Stderr = log, log
	command.Env = append(os.Environ(), environment...)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return command, command.Start()
}

func start(name string, environment []string, arguments ...string) error {
	command, err := spawn(name, filepath.Join(programs, name), environment, arguments...)
	if err == nil {
		children = append(children, command)
	}
	return err
}

func await(what string, ready func() bool) error {
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if ready() {
			return nil
		}
	}
	return fmt.Errorf("%s is not up after 90 s, see %s", what, path("logs"))
}

func listens(port int) func() bool {
	return func() bool {
		connection, err := net.Dial("tcp", url(port))
		if err == nil {
			connection.Close()
		}
		return err == nil
	}
}

func kubectl(input string, arguments ...string) (string, error) {
	command := exec.Command(filepath.Join(programs, "kubectl"), append([]string{"--kubeconfig", path("admin.kubeconfig")}, arguments...)...)
	command.Stdin = strings.NewReader(input)
	out, err := command.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("kubectl %s: %w: %s", strings.Join(arguments, " "), err, out)
	}
	return string(out), err
}

// startAPIServer starts it, for the first time or again, and waits until it is ready.
func startAPIServer() error {
	pki := func(name string) string { return path("pki", name) }
	command, err := spawn("kube-apiserver", filepath.Join(programs, "kube-apiserver"), nil, "--etcd-servers", "http://"+url(etcdPort), "--bind-address", "127.0.0.1",
		"--advertise-address", "127.0.0.1", "--secure-port", fmt.Sprint(apiPort), "--endpoint-reconciler-type", "none",
		"--authorization-mode", "RBAC", "--service-cluster-ip-range", "10.0.0.0/24",
		"--tls-cert-file", pki("apiserver.crt"), "--tls-private-key-file", pki("apiserver.key"), "--client-ca-file", pki("ca.crt"),
		"--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", pki("accounts.key"),
		"--service-account-signing-key-file", pki("accounts.key"), "--requestheader-client-ca-file", pki("ca.crt"),
		"--requestheader-allowed-names", "aggregator", "--requestheader-username-headers", "X-Remote-User",
		"--requestheader-group-headers", "X-Remote-Group", "--requestheader-extra-headers-prefix", "X-Remote-Extra-",
		"--proxy-client-cert-file", pki("aggregator.crt"), "--proxy-client-key-file", pki("aggregator.key"))
	if err != nil {
		return err
	}
	apiServer = command
	children = append(children, command)
	return await("kube-apiserver", func() bool { _, err := kubectl("", "get", "--raw", "/readyz"); return err == nil })
}

func stopAPIServer() {
	_ = apiServer.Process.Kill()
	_ = apiServer.Wait()
}

func startControlPlane() error {
	for _, each := range []string{"logs", "pki", "keda-certs"} {
		if err := os.MkdirAll(path(each), 0o755); err != nil {
			return err
		}
	}
	if err := makeCertificates(); err != nil {
		return err
	}
	pki := func(name string) string { return path("pki", name) }
	if err := start("etcd", nil, "--data-dir", path("etcd"), "--unsafe-no-fsync", "--log-level", "error",
		"--listen-client-urls", "http://"+url(etcdPort), "--advertise-client-urls", "http://"+url(etcdPort),
		"--listen-peer-urls", "http://"+url(etcdPeerPort), "--initial-advertise-peer-urls", "http://"+url(etcdPeerPort),
		"--initial-cluster", "default=http://"+url(etcdPeerPort)); err != nil {
		return err
	}
	if err := startAPIServer(); err != nil {
		return err
	}
	if err := start("kube-controller-manager", nil, "--kubeconfig", path("controllers.kubeconfig"),
		"--authentication-kubeconfig", path("controllers.kubeconfig"), "--authorization-kubeconfig", path("controllers.kubeconfig"),
		"--bind-address", "127.0.0.1", "--secure-port", fmt.Sprint(controllersPort), "--leader-elect=false",
		"--use-service-account-credentials", "--service-account-private-key-file", pki("accounts.key"), "--root-ca-file", pki("ca.crt"),
		"--controllers", "deployment-controller,replicaset-controller,horizontal-pod-autoscaler-controller,"+
			"namespace-controller,serviceaccount-controller,garbage-collector-controller",
		"--horizontal-pod-autoscaler-sync-period", "2s", "--kube-api-qps", "300", "--kube-api-burst", "500"); err != nil {
		return err
	}
	if _, err := kubectl("", "apply", "--server-side", "-f", filepath.Join(programs, "crds")); err != nil {
		return err
	}
	if _, err := kubectl("", "wait", "--for", "condition=Established", "crd", "--all"); err != nil {
		return err
	}
	keda := []string{"POD_NAMESPACE=keda", "KEDA_CLUSTER_OBJECT_NAMESPACE=keda", "WATCH_NAMESPACE="}
	if err := start("keda-operator", keda, "--kubeconfig", path("admin.kubeconfig"), "--cert-dir", path("keda-certs"),
		"--metrics-bind-address", url(operatorMetricsPort), "--health-probe-bind-address", url(operatorProbePort),
		"--metrics-service-bind-address", url(metricsServicePort), "--kube-api-qps", "300", "--kube-api-burst", "500"); err != nil {
		return err
	}
	if err := start("keda-adapter", keda, "--kubeconfig", path("admin.kubeconfig"), "--lister-kubeconfig", path("admin.kubeconfig"),
		"--authentication-kubeconfig", path("admin.kubeconfig"), "--authorization-kubeconfig", path("admin.kubeconfig"),
		"--bind-address", "127.0.0.1", "--secure-port", fmt.Sprint(adapterPort), "--port", fmt.Sprint(adapterMetricsPort),
		"--client-ca-file", pki("ca.crt"), "--cert-dir", path("keda-certs"), "--tls-cert-file", path("keda-certs", "tls.crt"),
		"--tls-private-key-file", path("keda-certs", "tls.key"),
		"--metrics-service-address", fmt.Sprintf("localhost:%d", metricsServicePort)); err != nil {
		return err
	}
	for what, port := range map[string]int{"keda-operator": metricsServicePort, "keda-adapter": adapterPort} {
		if err := await(what, listens(port)); err != nil {
			return err
		}
	}
	// After the adapter listens: the aggregator is slow to ask again where it found nobody.
	ca, err := os.ReadFile(pki("ca.crt"))
	if err != nil {
		return err
	}
	text, err := manifest("keda.yaml", "ADAPTER_PORT", fmt.Sprint(adapterPort), "CA_BUNDLE", base64.StdEncoding.EncodeToString(ca))
	if err != nil {
		return err
	}
	if _, err := kubectl(text, "apply", "--server-side", "-f", "-"); err != nil {
		return err
	}
	return await("the external metrics API", func() bool {
		_, err := kubectl("", "get", "--raw", "/apis/external.metrics.k8s.io/v1beta1")
		if err == nil {
			_, err = kubectl("", "get", "serviceaccount", "default")
		}
		return err == nil
	})
}

// manifest is the text of a manifest with words replaced.
func manifest(name string, replace ...string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "tests/cluster/manifests", name))
	return strings.NewReplacer(replace...).Replace(string(text)), err
}

// ---- certificates ----

func makeCertificates() error {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "cluster-ca"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	sign := func(file string, template *x509.Certificate, key *ecdsa.PrivateKey) error {
		der, err := x509.CreateCertificate(rand.Reader, template, ca, &key.PublicKey, caKey)
		if err != nil {
			return err
		}
		keyDer, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			return err
		}
		if err = os.WriteFile(path(file+".key"), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDer}), 0o600); err != nil {
			return err
		}
		return os.WriteFile(path(file+".crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
	}
	if err := sign("pki/ca", ca, caKey); err != nil {
		return err
	}
	for i, each := range []struct {
		file, name, group string
		hosts             []string
	}{
		{"pki/apiserver", "kube-apiserver", "", []string{"localhost", "kubernetes.default.svc"}},
		{"pki/admin", "admin", "system:masters", nil},
		{"pki/controllers", "system:kube-controller-manager", "", nil},
		{"pki/aggregator", "aggregator", "", nil},
		{"pki/accounts", "accounts", "", nil},
		{"keda-certs/tls", "keda", "", []string{"localhost", "keda-operator.keda.svc", "keda-metrics-apiserver.keda.svc"}},
	} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		template := &x509.Certificate{SerialNumber: big.NewInt(int64(i + 2)), Subject: pkix.Name{CommonName: each.name},
			KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
			DNSNames: each.hosts, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter}
		if each.group != "" {
			template.Subject.Organization = []string{each.group}
		}
		if each.hosts != nil {
			template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
		}
		if err := sign(each.file, template, key); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(path("pki/ca.crt"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(path("keda-certs/ca.crt"), text, 0o644); err != nil {
		return err
	}
	for _, user := range []string{"admin", "controllers"} {
		config := fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c,
  clusters: [{name: c, cluster: {server: "https://%s", certificate-authority: %s}}],
  users: [{name: c, user: {client-certificate: %s, client-key: %s}}],
  contexts: [{name: c, context: {cluster: c, user: c, namespace: default}}]}
`, url(apiPort), path("pki/ca.crt"), path("pki", user+".crt"), path("pki", user+".key"))
		if err := os.WriteFile(path(user+".kubeconfig"), []byte(config), 0o600); err != nil {
			return err
		}
	}
	return nil
}
