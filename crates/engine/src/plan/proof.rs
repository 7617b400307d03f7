//! Proof that a volume is ours: labels can be written by anybody, so one of them is a keyed hash that only the project's store makes.

use std::collections::BTreeSet;

use super::{Fingerprint, Observed, ObservedVolume, labels};

/// Content of the proof of a volume.
pub(super) fn proof(project: &str, volume: &str, fingerprint: &dyn Fingerprint) -> String {
    fingerprint.digest(&format!("volume {project} {volume}"))
}

/// Takes the label of the project from volumes that cannot prove that they are its own, and gives them [`labels::UNPROVED`] instead:
/// whoever goes by labels then leaves them alone. `adopted` are names of volumes that the user took over.
pub fn prove_volumes(
    project: &str,
    observed: &mut Observed,
    fingerprint: &dyn Fingerprint,
    adopted: &BTreeSet<String>,
) {
    for volume in &mut observed.volumes {
        let claims = volume.labels.get(labels::PROJECT).is_some_and(|of| of == project);
        let proved =
            volume.labels.get(labels::PROOF).is_some_and(|it| *it == proof(project, &volume.name, fingerprint));
        if claims && !proved && !adopted.contains(&volume.name) {
            volume.labels.remove(labels::PROJECT);
            volume.labels.insert(labels::UNPROVED.to_owned(), project.to_owned());
        }
    }
}

/// Whether a volume says that it is the project's and could not prove it.
pub fn is_unproved(volume: &ObservedVolume) -> bool {
    volume.labels.contains_key(labels::UNPROVED)
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;
    use crate::plan::sample::postgres;

    #[test]
    fn a_volume_of_the_plan_proves_itself_and_a_copy_of_its_labels_under_another_name_does_not() {
        let sample = Sample::new(vec![postgres("db")]).secret("postgres-password", "first");
        let request = sample.request();
        let mut observed = sample.running_engine();
        assert!(!observed.volumes.is_empty());
        let mut forged = observed.volumes[0].clone();
        forged.name = "pt-shop_other".to_owned();
        let mut bare = observed.volumes[0].clone();
        bare.name = "pt-shop_bare".to_owned();
        bare.labels.remove(labels::PROOF);
        observed.volumes.extend([forged, bare]);
        let adopted = BTreeSet::new();
        prove_volumes(&request.project, &mut observed, request.fingerprint, &adopted);
        let unproved: Vec<&str> =
            observed.volumes.iter().filter(|it| is_unproved(it)).map(|it| it.name.as_str()).collect();
        assert_eq!(unproved, ["pt-shop_other", "pt-shop_bare"]);
        let mut observed = sample.running_engine();
        observed.volumes[0].labels.remove(labels::PROOF);
        let adopted = BTreeSet::from([observed.volumes[0].name.clone()]);
        prove_volumes(&request.project, &mut observed, request.fingerprint, &adopted);
        assert!(!is_unproved(&observed.volumes[0]));
    }

    #[test]
    fn a_plan_mounts_no_volume_that_could_not_prove_itself() {
        let sample = Sample::new(vec![postgres("db")]).secret("postgres-password", "first");
        let mut observed = sample.empty_engine();
        let mut forged = sample.running_engine().volumes.remove(0);
        forged.labels.remove(labels::PROOF);
        observed.volumes.push(forged);
        prove_volumes("pt-shop", &mut observed, sample.request().fingerprint, &BTreeSet::new());
        let planned = sample.plan(&observed);
        let told: Vec<&str> = planned.obstacles.iter().filter_map(|it| it.help.as_deref()).collect();
        assert!(told.iter().any(|help| help.contains("pt volume adopt pt-shop_pgdata")), "{:?}", planned.obstacles);
    }
}
