variable "name" {
  description = "Prefix of all names, such as todo-production."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts the secrets."
  type        = string
}

variable "rotation_days" {
  description = "Days between two steps of the JWT key (a new key signs after two steps), between two logins, and between two passwords of the master user."
  type        = object({ jwt = number, database = number, master = number })
  default     = { jwt = 15, database = 30, master = 30 }

  # Tokens live for 15 minutes: after a day none is left of a key that no longer signs.
  validation {
    condition     = alltrue([for days in values(var.rotation_days) : days >= 1 && days <= 365])
    error_message = "From 1 to 365 days each."
  }
}

variable "rotation_bundle" {
  description = "The functions that rotate, as one file: infra/key-rotation/dist/index.mjs, made by `pnpm --filter @todo/key-rotation build`."
  type        = string

  validation {
    condition     = endswith(var.rotation_bundle, "/index.mjs")
    error_message = "The file must be an index.mjs, as Lambda's handlers name it."
  }
}

variable "log_group_names" {
  description = "Log groups of the functions that rotate: jwt and database."
  type        = object({ jwt = string, database = string })
}

variable "service" {
  description = "Names of the ECS cluster and of the service, which is deployed anew after a rotation."
  type        = object({ cluster = string, name = string })
}

variable "database" {
  description = "The primary, and the secret of the user who makes logins."
  type = object({
    address           = string
    port              = number
    name              = string
    master_secret_arn = string
  })
}

variable "database_ca" {
  description = "Certificates that may have signed the database's own, as PEM."
  type        = string
}

variable "network" {
  description = "From where the function that rotates logins reaches the database."
  type        = object({ subnet_ids = list(string), security_group_id = string })
}
