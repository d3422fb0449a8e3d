terraform {
  # Write-only arguments
  required_version = ">= 1.11"

  # tooling/deploy/src/terraform.ts passes the bucket, the key and the region.
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }

  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
    random = {
      source  = "hashicorp/random"
      version = "~> 3.7"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project     = "todo"
      Environment = "staging"
      ManagedBy   = "terraform"
    }
  }
}
