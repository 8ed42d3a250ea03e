resource "kubectl_manifest" "policy" {
  yaml_body = <<YAML
apiVersion: kyverno.io/v1
kind: ClusterPolicy
spec:
  rules:
    - validate:
        pattern:
          spec:
            containers:
              - image: "!*:latest"
YAML
}
