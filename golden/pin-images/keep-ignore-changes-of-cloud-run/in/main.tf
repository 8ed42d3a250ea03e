resource "google_cloud_run_v2_service" "app" {
  name     = "app"
  location = "europe-west1"

  template {
    containers {
      image = "ghcr.io/acme/app:latest"
    }
  }

  lifecycle {
    ignore_changes = [
      client,
      template[0].containers[0].image, # gcloud run deploy
    ]
  }
}
