resource "kubectl_manifest" "app" {
  yaml_body = <<-YAML
    apiVersion: apps/v1
    kind: Deployment
    spec:
      template:
        spec:
          initContainers:
            - name: "wait"
              image: "busybox" # any
          containers:
            - {name: main, image: 'nginx:latest'}
  YAML
}
