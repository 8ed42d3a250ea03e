resource "helm_release" "web" {
  name       = "web"
  repository = "https://charts.acme.example"
  chart      = "web"

  set {
    name  = "replicaCount"
    value = "3"
  }
}
