data "sops_file" "values" {
  source_file = "secrets.yaml"
}

resource "helm_release" "app" {
  name   = "app"
  chart  = "app"
  values = [data.sops_file.values.raw]
}
