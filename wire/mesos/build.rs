//! Compiles `proto/` with a pure-Rust compiler: the types by prost, the descriptors for the JSON codec.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use prost::Message;
use protox::prost_reflect::prost_types::DescriptorProto;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new("proto");
    let mut files = Vec::new();
    collect(root, &mut files)?;
    // The order of a directory listing differs between file systems; the output must not.
    files.sort();
    println!("cargo:rerun-if-changed=proto");

    let mut descriptors = protox::compile(&files, [root])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    // What Mesos calls deprecated (`role` above all) is what most clients send: using it is no mistake here.
    descriptors
        .file
        .iter_mut()
        .flat_map(|file| &mut file.message_type)
        .for_each(undeprecate);
    prost_build::Config::new()
        .enable_type_names()
        .compile_well_known_types()
        .btree_map(["."])
        .include_file("packages.rs")
        .compile_fds(descriptors)?;
    Ok(())
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    Ok(())
}

fn undeprecate(message: &mut DescriptorProto) {
    message
        .field
        .iter_mut()
        .filter_map(|field| field.options.as_mut())
        .for_each(|options| options.deprecated = None);
    let values = message.enum_type.iter_mut().flat_map(|of| &mut of.value);
    values
        .filter_map(|value| value.options.as_mut())
        .for_each(|options| options.deprecated = None);
    message.nested_type.iter_mut().for_each(undeprecate);
}
