//! The form that programs read.

use insta::assert_snapshot;

use crate::plan::sample::database;
use crate::value::Text;

#[test]
#[allow(clippy::too_many_lines, reason = "a snapshot")]
fn a_plan_as_json_names_secrets_and_never_shows_them() {
    let mut sample = database().secret("postgres-password", "s3cr3t");
    let before = sample.running_engine();
    sample.container("db").environment[1].value = Text::from("other");
    sample.options.secret_files = false;
    let mut engine = before.clone();
    engine.held_names.insert("pt-shop-db-1".to_owned(), "somebody else".to_owned());
    let json = sample.plan(&engine).to_json(&|_| Some("polytope.yml:3:5".to_owned()));
    let text = serde_json::to_string_pretty(&json).unwrap();
    assert!(!text.contains("s3cr3t"), "{text}");
    assert_snapshot!(text, @r#"
    {
      "version": 1,
      "project": "pt-shop",
      "summary": {
        "replace": 1
      },
      "subjects": [
        {
          "subject": "db",
          "change": "replace",
          "causes": [
            {
              "kind": "changed",
              "text": "env.POSTGRES_DB \"shop\" → \"other\"",
              "key": "env.POSTGRES_DB",
              "before": "shop",
              "after": "other"
            },
            {
              "kind": "changed",
              "text": "secret-files \"/run/secrets/POSTGRES_PASSWORD\" → \"\"",
              "key": "secret-files",
              "before": "/run/secrets/POSTGRES_PASSWORD",
              "after": ""
            }
          ]
        }
      ],
      "steps": [
        {
          "id": 0,
          "subject": "db",
          "action": "rename",
          "target": "00000002ffff",
          "after": [],
          "following": []
        },
        {
          "id": 1,
          "subject": "db",
          "action": "create-container",
          "target": "pt-shop-db-1",
          "after": [
            0
          ],
          "following": [],
          "container": {
            "image": "postgres:16.2",
            "entrypoint": null,
            "command": null,
            "environment": {
              "POSTGRES_PASSWORD": "<secret:postgres-password>",
              "POSTGRES_DB": "other"
            },
            "secret-files": [],
            "files": [
              "/docker-entrypoint-initdb.d/00000000-pt-begin.sh",
              "/docker-entrypoint-initdb.d/zzzzzzzz-pt-end.sh"
            ],
            "binds": [],
            "volumes": [
              {
                "source": "pt-shop_pgdata",
                "target": "/var/lib/postgresql/data",
                "read-only": false
              }
            ],
            "ports": [
              {
                "container": 5432,
                "protocol": "tcp",
                "host": {
                  "address": "127.0.0.1",
                  "port": 5432
                }
              }
            ],
            "aliases": [
              "db"
            ],
            "user": null,
            "workdir": null
          }
        },
        {
          "id": 2,
          "subject": "db",
          "action": "stop",
          "target": "00000002ffff",
          "after": [
            1
          ],
          "following": []
        },
        {
          "id": 3,
          "subject": "db",
          "action": "start",
          "target": "pt-shop-db-1",
          "after": [
            1,
            2
          ],
          "following": []
        },
        {
          "id": 4,
          "subject": "db",
          "action": "await-ready",
          "target": "pt-shop-db-1",
          "after": [
            3
          ],
          "following": []
        },
        {
          "id": 5,
          "subject": "db",
          "action": "remove-container",
          "target": "00000002ffff",
          "after": [
            2,
            4
          ],
          "following": []
        }
      ],
      "notes": [
        {
          "subject": "db",
          "message": "`POSTGRES_PASSWORD` holds `postgres-password`: visible in `docker inspect`",
          "place": "polytope.yml:3:5"
        },
        {
          "subject": "db",
          "message": "`POSTGRES_DB` only matters on the first start: the volume `pt-shop_pgdata` was initialised with another one",
          "place": "polytope.yml:3:5"
        }
      ],
      "obstacles": [
        {
          "kind": "foreign",
          "subject": "db",
          "message": "the name `pt-shop-db-1` is taken by a container of somebody else",
          "help": "remove or rename it, or give the project another name with `--project`",
          "place": "polytope.yml:3:5"
        }
      ]
    }
    "#);
}
