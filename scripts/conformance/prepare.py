"""Makes the tests' namespace and changes the platform's settings: prepare.py NAMESPACE JSON, with KUBECONFIG set."""
import json
import sys

from kubernetes import client, config

config.load_kube_config()
core = client.CoreV1Api()
core.create_namespace({"metadata": {"name": sys.argv[1]}})
platform = core.read_namespaced_config_map("inferenceservice-config", "kserve")
changed = {}
for key, change in json.loads(sys.argv[2]).items():
    changed[key] = json.dumps(json.loads(platform.data.get(key) or "{}") | change)
core.patch_namespaced_config_map("inferenceservice-config", "kserve", {"data": changed})
