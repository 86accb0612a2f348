package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"
)

// authority signs certificates, as a company's or cert-manager's would.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	text        string // PEM
}

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func newAuthority(t *testing.T, name string) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	certificate, err := x509.ParseCertificate(der)
	must(t, err)
	return authority{certificate, key, pemOf("CERTIFICATE", der)}
}

// pair is a certificate of that DNS name, and its key.
func (a authority) pair(t *testing.T, name string) (certificate, key string) {
	t.Helper()
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		NotBefore: a.certificate.NotBefore, NotAfter: a.certificate.NotAfter}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &own.PublicKey, a.key)
	must(t, err)
	keyDer, err := x509.MarshalECPrivateKey(own)
	must(t, err)
	return pemOf("CERTIFICATE", der), pemOf("EC PRIVATE KEY", keyDer)
}

// clientSecret is what the TriggerAuthentication gives KEDA: its pair, and the authorities of Loadline's.
func clientSecret(t *testing.T, authorities, certificate, key string) {
	t.Helper()
	indented := func(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") }
	apply(t, fmt.Sprintf(`apiVersion: v1
kind: Secret
metadata: { name: mtls, namespace: default }
stringData:
  ca.crt: |
    %s
  tls.crt: |
    %s
  tls.key: |
    %s
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: { name: mtls, namespace: default }
spec:
  secretTargetRef:
    - { parameter: caCert, name: mtls, key: ca.crt }
    - { parameter: tlsClientCert, name: mtls, key: tls.crt }
    - { parameter: tlsClientKey, name: mtls, key: tls.key }
`, indented(authorities), indented(certificate), indented(key)))
}

// KEDA and Loadline know each other by certificates, which are changed one after the other, as when an authority ends: both trust the
// old one and the new one first, then Loadline has a pair of the new one, then KEDA, then nobody trusts the old one. KEDA follows all
// the time. A certificate of another name, and one of another authority, are refused, and the count holds.
func TestMutualTLS(t *testing.T) {
	w := quietWorld(t, "")
	old, fresh, stranger := newAuthority(t, "old"), newAuthority(t, "new"), newAuthority(t, "stranger")
	write := func(name, text string) {
		beside := w.file(name + ".new")
		must(t, os.WriteFile(beside, []byte(text), 0o600))
		must(t, os.Rename(beside, w.file(name)))
	}
	serves := func(from authority) {
		certificate, key := from.pair(t, "localhost")
		write("tls.key", key)
		write("tls.crt", certificate)
	}
	shows := func(from authority, name, authorities string) {
		certificate, key := from.pair(t, name)
		clientSecret(t, authorities, certificate, key)
	}
	serves(old)
	write("clients.crt", old.text)
	shows(old, "keda-operator", old.text)
	w.loadline.arguments = []string{"--grpc.tls.certificateFile", w.file("tls.crt"), "--grpc.tls.keyFile", w.file("tls.key"),
		"--grpc.tls.clientCaFile", w.file("clients.crt"), "--set", "grpc.tls.allowedClientNames=[keda-operator]"}
	w.loadline.start(t)
	w.gauges.set("waiting_at_source", "mtls", 1)
	w.gauges.set("wanted", "mtls", 2)
	trigger := strings.Replace(w.trigger("external", "follow"), url(w.grpc), fmt.Sprintf("localhost:%d", w.grpc), 1)
	trigger = strings.TrimSuffix(trigger, " }") + ", authenticationRef: { name: mtls } }"
	l := w.scale(t, object{name: "mtls", poll: 2, cooldown: toZeroNever, triggers: []string{trigger}})
	value := 2
	follows := func(step string) {
		t.Helper()
		value = value%18 + 2 // within the bounds, and beyond the tolerance
		l.note("%s, value %d", step, value)
		w.gauges.set("wanted", "mtls", float64(value))
		l.reach(value, soon)
	}
	// A new connection, which shows and checks what there is now: KEDA reads Secrets when it makes a scaler anew, as after a restart of Loadline's.
	again := func() {
		w.loadline.kill()
		w.loadline.start(t)
	}
	reloads := func() float64 { return w.loadline.metric("loadline_tls_reloads_total") }
	taken := func(change func()) {
		t.Helper()
		before := reloads()
		change()
		l.comes("the changed files are taken up", func() bool { return reloads() > before })
	}

	follows("both trust the old authority")
	taken(func() { write("clients.crt", old.text+fresh.text) })
	shows(old, "keda-operator", old.text+fresh.text)
	follows("both trust both")
	again()
	follows("and connect anew")
	taken(func() { serves(fresh) })
	follows("Loadline has a pair of the new one")
	again()
	follows("and is connected to anew")
	shows(fresh, "keda-operator", old.text+fresh.text)
	again()
	follows("KEDA has a pair of the new one")
	taken(func() { write("clients.crt", fresh.text) })
	shows(fresh, "keda-operator", fresh.text)
	again()
	follows("nobody trusts the old one")

	for _, each := range []struct {
		who  string
		from authority
		name string
	}{{"a certificate of another name", fresh, "somebody"}, {"one of the old authority", old, "keda-operator"}, {"one of a stranger", stranger, "keda-operator"}} {
		l.note("%s", each.who)
		shows(each.from, each.name, fresh.text)
		l.readAgain()
		l.condition("Ready", "False")
		w.gauges.set("wanted", "mtls", 1)
		l.hold(value, 6*time.Second)
		shows(fresh, "keda-operator", fresh.text)
		follows("KEDA's own again")
	}
}
