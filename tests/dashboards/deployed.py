"""What is deployed: policies, and objects of KEDA and Kubernetes."""

POLICIES = """apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: worker, namespace: data }
spec:
  parameters: { pipeline: { pattern: "[a-z]+" } }
  replicas: { min: 1, max: 4 }
  signals:
    - { name: lag, query: 'max(philotes_cdc_lag_seconds{source="${pipeline}"})', perReplica: 180 }
    - { name: arrivals, query: max(arrivals_per_second), perReplica: 100 }
    - { name: expected, forecast: { of: arrivals, ahead: 5m, history: 2d, mode: active } }
  scaleDown: { stabilize: 10s, cooldown: 10s }
---
apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: blind, namespace: data }
spec: { replicas: { max: 9 }, signals: [ { name: lag, query: nowhere, perReplica: 10 } ], onMissing: { hold: 1s, then: error } }
"""
BAD_DOCUMENT = (
    "apiVersion: loadline.dev/v1\nkind: ScalingPolicy\nmetadata: { name: bad, namespace: data }\nspec: { signalz: [] }\n"
)
OBJECT = {
    "metadata": {"namespace": "data", "name": "orders", "uid": "u"},
    "spec": {
        "scaleTargetRef": {"name": "orders"},
        "triggers": [{"type": "external", "metricType": "AverageValue", "metadata": {"policy": "worker", "pipeline": "orders"}}],
    },
    "status": {
        "scaleTargetGVKR": {"group": "apps", "version": "v1", "kind": "Deployment", "resource": "deployments"},
        "hpaName": "keda-hpa-orders",
    },
}
# Its metricType is a finding.
WRONG_OBJECT = {
    "metadata": {"namespace": "data", "name": "blind", "uid": "v"},
    "spec": {
        "scaleTargetRef": {"name": "blind"},
        "triggers": [{"type": "external", "metricType": "Value", "metadata": {"policy": "blind"}}],
    },
}


def hpa(desired):
    return {
        "metadata": {
            "namespace": "data",
            "name": "keda-hpa-orders",
            "uid": "h",
            "ownerReferences": [{"kind": "ScaledObject", "name": "orders"}],
        },
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
            "minReplicas": 1,
            "maxReplicas": 10,
            "metrics": [
                {
                    "type": "External",
                    "external": {
                        "metric": {"name": "s0-loadline-worker"},
                        "target": {"type": "AverageValue", "averageValue": "1"},
                    },
                }
            ],
        },
        "status": {
            "currentReplicas": desired,
            "desiredReplicas": desired,
            "conditions": [
                {"type": "AbleToScale", "status": "True", "reason": "ReadyForNewScale"},
                {
                    "type": "ScalingActive",
                    "status": "True",
                    "reason": "ValidMetricFound",
                    "message": "the HPA was able to calculate a replica count from external metric s0-loadline-worker(nil)",
                },
            ],
        },
    }


def deployment(ready):
    return {"metadata": {"namespace": "data", "name": "orders"}, "status": {"replicas": ready, "readyReplicas": ready}}
