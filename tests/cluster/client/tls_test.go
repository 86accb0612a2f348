package client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// authority signs certificates.
type authority struct {
	t           *testing.T
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// pair is PEM text, as a TriggerAuthentication has it.
type pair struct{ certificate, key string }

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t}
	template := certificate("authority")
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	var der []byte
	a.key, der = a.make(template, template, nil)
	var err error
	a.certificate, err = x509.ParseCertificate(der)
	must(t, err)
	return a
}

func certificate(name string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	return &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), DNSNames: []string{name}}
}

func (a *authority) make(template, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*ecdsa.PrivateKey, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(a.t, err)
	if signer == nil {
		signer = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	must(a.t, err)
	return key, der
}

func (a *authority) sign(name string) pair {
	template := certificate(name)
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	key, der := a.make(template, a.certificate, a.key)
	bytes, err := x509.MarshalPKCS8PrivateKey(key)
	must(a.t, err)
	return pair{encoded("CERTIFICATE", der), encoded("PRIVATE KEY", bytes)}
}

func (a *authority) text() string { return encoded("CERTIFICATE", a.certificate.Raw) }

func encoded(kind string, bytes []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
}

func (p pair) write(t *testing.T, folder string) {
	must(t, os.WriteFile(filepath.Join(folder, "tls.crt"), []byte(p.certificate), 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "tls.key"), []byte(p.key), 0o600))
}

func TestRules13And14TLSByATriggerAuthenticationWithARotation(t *testing.T) {
	old, next, folder := newAuthority(t), newAuthority(t), t.TempDir()
	old.sign("loadline").write(t, folder)
	clients := filepath.Join(folder, "clients.crt")
	must(t, os.WriteFile(clients, []byte(old.text()), 0o600))
	s := serve(t, map[string]float64{"app": 4}, "--grpc.tls.certificateFile="+filepath.Join(folder, "tls.crt"),
		"--grpc.tls.keyFile="+filepath.Join(folder, "tls.key"), "--grpc.tls.clientCaFile="+clients)
	client := old.sign("keda")
	by := func(ca *authority, p pair) change {
		return auth(map[string]string{"caCert": ca.text(), "tlsClientCert": p.certificate, "tlsClientKey": p.key})
	}
	first := objectOf(t, configOf(s.grpc, "external", "app", by(old, client)))
	first.becomes("4 active")

	// Of who may not: no certificate, one of another authority, no TLS, and the documentation's paths in metadata.
	for what, each := range map[string]change{
		"no certificate": auth(map[string]string{"caCert": old.text()}),
		"a stranger's":   by(old, next.sign("keda")),
		"no TLS":         auth(nil),
		"paths":          metadata("tlsClientCert", filepath.Join(folder, "tls.crt")),
	} {
		if said := objectOf(t, configOf(s.grpc, "external", "app", each)).says(); !strings.Contains(said, "got empty metric spec") {
			t.Errorf("%s: %s", what, said)
		}
	}

	next.sign("loadline").write(t, folder)
	rotated := objectOf(t, configOf(s.grpc, "external", "app", by(next, client)))
	rotated.becomes("4 active") // new connections see the new pair
	if said := first.says(); said != "4 active" {
		t.Errorf("an old connection: %s", said)
	}
}
