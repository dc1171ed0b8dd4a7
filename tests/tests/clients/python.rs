//! Python's grpcio, which learns the contract by reflection.

use std::process::Output;

use agentgen_tests::environment::python_script;

use crate::archive;

#[tokio::test]
async fn grpcio_calls_every_shape_by_reflection() {
    let serving = archive::serve().await;
    let mut script = tokio::process::Command::from(python_script("call_archive.py"));
    let Output { status, stdout, stderr } =
        script.arg(serving.address()).output().await.expect("Python starts");
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{stdout}{stderr}");
    serving.stop().await;
}
