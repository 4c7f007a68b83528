//! Links, scripts and the command line of the page of many ranges.

use play::Msg;
use play::ranges::Playground;

use crate::stage::Stage;

#[test]
fn a_link_of_ranges_is_the_same_world_here_and_natively() {
    let mut stage = Stage::open("#ranges");
    stage.eval("raftarium.pause(); raftarium.seek(900000)");
    stage.run("put m42 v");
    stage.run("kill s2");
    stage.eval("raftarium.seek(1500000)");
    let (digest, now) = (stage.digest(), stage.now());
    let link = stage.eval("raftarium.link()");
    let link = link.as_str().expect("a link is text").to_owned();
    assert!(link.starts_with("#ranges;v1;"), "{link}");
    stage.goto(&link);
    assert_eq!((stage.digest(), stage.now()), (digest.clone(), now));
    let mut native = Playground::default();
    native.update(Msg::Open(link).into());
    assert_eq!(format!("{:016x}", native.digest()), digest);
    stage.check_no_complaint();
}

#[test]
fn a_damaged_link_of_ranges_is_told_and_the_page_stands() {
    let mut stage = Stage::open("#ranges;v1;c=00000000;t=1");
    stage.wait_for("document.querySelector('.notice[data-notice=refused]')");
    assert_eq!(stage.eval("raftarium.status().ranges"), 9);
    stage.check_no_complaint();
}

#[test]
fn a_script_of_ranges_is_read_changed_and_run() {
    let mut stage = Stage::open("#ranges");
    stage.eval("raftarium.pause()");
    stage.page.click(".more").expect("the tray can be unfolded");
    stage.page.click(".doors button:nth-child(2)").expect("the script can be opened");
    stage.wait_for("document.querySelector('.script textarea').value.startsWith('cluster')");
    stage.eval(
        "(() => { const text = document.querySelector('.script textarea'); \
         text.value = 'cluster stores=3 ranges=4\\nuntil asleep 4\\nput b1 x\\nrun 100ms\\n'; \
         text.dispatchEvent(new Event('input', { bubbles: true })); })()",
    );
    stage.page.click(".script .main").expect("it can be run");
    stage.wait_for("raftarium.status().ranges === 4");
    assert_eq!(stage.eval("raftarium.status().asleep"), 3);
    stage.check_no_complaint();
}

#[test]
fn the_command_line_completes_words_of_ranges() {
    let mut stage = Stage::open("#ranges");
    stage.eval(
        "(() => { const field = document.querySelector('#command'); field.value = 'spl'; \
         field.dispatchEvent(new Event('input', { bubbles: true })); })()",
    );
    stage.wait_for("document.querySelector('.completions li')");
    assert!(
        stage
            .eval("document.querySelector('.completions li').textContent")
            .to_string()
            .contains("split")
    );
}
