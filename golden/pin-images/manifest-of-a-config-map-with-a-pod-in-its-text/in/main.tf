resource "kubectl_manifest" "templates" {
  yaml_body = <<YAML
apiVersion: v1
kind: ConfigMap
metadata:
  name: templates
data:
  pod.yaml: |
    spec:
      containers:
        - name: build
          image: nginx:latest
YAML
}
