"""A pod of the chart's manifest, as a container of an OCI runtime: the user, the arguments, the mounts, and the read-only root that
the manifest says, and of the image's configuration what Kubernetes takes from there."""
import yaml

NONE = {kind: [] for kind in ("bounding", "effective", "inheritable", "permitted", "ambient")}


class Pod:
    def __init__(self, manifest, image):
        objects = [each for each in yaml.safe_load_all(open(manifest)) if each]
        self.spec = next(each for each in objects if each["kind"] == "Deployment")["spec"]["template"]["spec"]
        self.container = self.spec["containers"][0]
        self.options = yaml.safe_load(next(each["data"]["loadline.yaml"] for each in objects if each["kind"] == "ConfigMap"))
        self.image = image

    def user(self):
        context = self.spec["securityContext"]
        return {"uid": context["runAsUser"], "gid": context["runAsGroup"]}

    def bundle(self, files, volumes, args=None, mounts=()):
        """The runtime's config.json. `volumes`: the folder for each of the pod's volumes; `mounts`: what a kubelet adds."""
        context = self.container["securityContext"]
        assert not context["allowPrivilegeEscalation"] and context["capabilities"] == {"drop": ["ALL"]}
        return {
            "ociVersion": "1.0.2",
            "root": {"path": files, "readonly": context["readOnlyRootFilesystem"]},
            "process": {"user": self.user(), "cwd": self.image.get("WorkingDir") or "/", "env": self.image["Env"],
                        "args": self.image["Entrypoint"] + (args or self.container["args"]),
                        "capabilities": NONE, "noNewPrivileges": True},
            "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
                       {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"]},
                       *(self.mount(each, volumes) for each in self.container["volumeMounts"]), *mounts],
            # The network is the test's own.
            "linux": {"namespaces": [{"type": kind} for kind in ("pid", "ipc", "uts", "mount")]},
        }

    @staticmethod
    def mount(of_pod, volumes):
        return bind(volumes[of_pod["name"]], of_pod["mountPath"], of_pod.get("readOnly", False))


def bind(source, destination, read_only=True):
    return {"destination": destination, "type": "bind", "source": str(source), "options": ["bind", "ro" if read_only else "rw"]}
