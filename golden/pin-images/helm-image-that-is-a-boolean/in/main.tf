resource "helm_release" "app" {
  name  = "app"
  chart = "app"
  values = [yamlencode({
    scan  = { image = true, interval = 5 }
    image = {}
    imagePullSecrets = ["ghcr.io"]
  })]
}
