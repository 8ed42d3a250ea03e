resource "helm_release" "app" {
  name  = "app"
  chart = "app"

  values = [data.vault_generic_secret.values.data_json]
}
