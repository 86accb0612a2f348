package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
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

// connections are those that a port has, by their other ends.
func connections(t *testing.T, port int) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("/proc/net/tcp")
	must(t, err)
	const established = "01"
	found := map[string]bool{}
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) > 3 && strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", port)) && fields[3] == established {
			found[fields[2]] = true
		}
	}
	return found
}

// KEDA and Loadline know each other by certificates, which are changed one after the other, as when an authority ends: both trust the
// old one and the new one first, then Loadline has a pair of the new one, then KEDA, then nobody trusts the old one. Loadline runs
// through it, with connections that grow 3 s old, so that the next one meets what was taken up; KEDA reads its Secret anew. It follows
// all the time, and no call of its fails. A certificate of another name, and one of another authority, are refused, and the count holds.
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
		"--grpc.tls.clientCaFile", w.file("clients.crt"), "--set", "grpc.tls.allowedClientNames=[keda-operator]",
		"--grpc.maxConnectionAge", "3s"}
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
	reloads := func() float64 { return w.loadline.metric("loadline_tls_reloads_total") }
	// meets is what a new connection finds that shows a certificate of an authority: who signed Loadline's, and whether it is let in.
	meets := func(shown authority) (signer string, admitted bool) {
		certificate, key := shown.pair(t, "keda-operator")
		pair, err := tls.X509KeyPair([]byte(certificate), []byte(key))
		must(t, err)
		connection, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", url(w.grpc), &tls.Config{NextProtos: []string{"h2"},
			InsecureSkipVerify: true, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }})
		if err != nil {
			return "", false
		}
		defer connection.Close()
		_ = connection.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, err = connection.Read(make([]byte, 1)) // the server speaks first, where it has let the client in
		return connection.ConnectionState().PeerCertificates[0].Issuer.CommonName, err == nil
	}
	// taken waits until a change of the files is taken up: it is counted, new connections meet it, and KEDA has one of those.
	taken := func(signer string, oldIn, freshIn bool, change func()) {
		t.Helper()
		before := reloads()
		change()
		l.comes("the changed files are taken up", func() bool { return reloads() > before })
		l.comes("a new connection meets them", func() bool {
			_, oldAdmitted := meets(old)
			signed, freshAdmitted := meets(fresh)
			return signed == signer && oldAdmitted == oldIn && freshAdmitted == freshIn
		})
		known := connections(t, w.grpc)
		l.comes("KEDA has a new connection", func() bool {
			now := connections(t, w.grpc)
			for each := range known {
				if now[each] {
					return false
				}
			}
			return len(now) > 0
		})
	}
	// reads has KEDA read its Secret, and connect anew by what is in it now.
	reads := func(from authority, authorities string) {
		t.Helper()
		shows(from, "keda-operator", authorities)
		l.readAgain()
	}
	failures := func() int { return l.eventCount("KEDAScalerFailed") }

	follows("both trust the old authority")
	before := failures()
	taken("old", true, true, func() { write("clients.crt", old.text+fresh.text) })
	follows("Loadline trusts both")
	reads(old, old.text+fresh.text)
	follows("both trust both")
	taken("new", true, true, func() { serves(fresh) })
	follows("Loadline has a pair of the new one")
	reads(fresh, old.text+fresh.text)
	follows("KEDA has a pair of the new one")
	taken("new", false, true, func() { write("clients.crt", fresh.text) })
	follows("Loadline trusts the new one only")
	reads(fresh, fresh.text)
	follows("nobody trusts the old one")
	if failed := failures() - before; failed != 0 {
		t.Errorf("%d times a call of KEDA's failed while certificates were changed: %+v", failed, l.events())
	}

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
