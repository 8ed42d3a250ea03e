resource "kubectl_manifest" "policy" {
  yaml_body = <<YAML
apiVersion: kyverno.io/v1
kind: ClusterPolicy
spec:
  rules:
    - validate:
        pattern:
          metadata:
            labels: {image: "!*:latest"}
YAML
}
