resource "kubectl_manifest" "app" {
  yaml_body = <<-YAML
    apiVersion: apps/v1
    kind: Deployment
    spec:
      template:
        spec:
          initContainers:
            - name: "wait"
              image: "busybox:1.36.1@sha256:b25fa1385828abb10b19c9882b03647cbe221a81e1b04948a88ffd59af376f7c" # any
          containers:
            - {name: main, image: 'nginx:1.27.3@sha256:f6bd810360c381c81576b17c0e1e306dc005db5d537af3e65b854275c9f09b93'}
  YAML
}
