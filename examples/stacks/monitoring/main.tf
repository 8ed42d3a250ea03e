resource "helm_release" "grafana" {
  name       = "grafana"
  repository = "https://charts.example"
  chart      = "grafana"

  values = [templatefile("${path.module}/values.yaml", { domain = var.domain })]

  set {
    name  = "sidecar.image.repository"
    value = "kiwigrid/k8s-sidecar"
  }
  set {
    name  = "sidecar.image.tag"
    value = "latest"
  }
}

variable "domain" {
  type = string
}

resource "kubernetes_manifest" "node_exporter" {
  manifest = yamldecode(<<-EOT
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: node-exporter
      namespace: monitoring
    spec:
      template:
        spec:
          hostNetwork: true
          containers:
            - name: node-exporter
              image: quay.io/prometheus/node-exporter # for every node
    EOT
  )
}
