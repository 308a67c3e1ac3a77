// Programs that are not there, and files of options that would dial again behind the daemon's back.
#include "had/sys/program_check.hpp"

#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

using namespace had;
using namespace had::test;

namespace {

std::string said(const std::string& text) {
    std::string all;
    for (const core::Diagnostic& one : sys::look_at_programs(core::parse_config(text).config))
        all += to_string(one, "had.conf") + "\n";
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(program_check)

BOOST_AUTO_TEST_CASE(a_program_that_is_not_here_is_a_warning_with_the_line_of_its_service) {
    BOOST_TEST(said("[service a]\ncommand = sh -c x\nprobe = /bin/sh\n") == "");
    BOOST_TEST(said("[had]\n[service a]\ncommand = no-such-program x\nprobe = /no/such\n") ==
               "had.conf:2: warning: service a: there is no program 'no-such-program' here: it fails until there is\n"
               "had.conf:2: warning: service a: there is no program '/no/such' here: it fails until there is\n");
}

BOOST_AUTO_TEST_CASE(a_unit_that_is_masked_or_not_there_is_told) {
    BOOST_TEST(said("[service a]\nunit = no-such-unit.service\n") ==
               "had.conf:1: warning: service a: there is no unit no-such-unit.service here: it fails until there is\n");
    const TempDir dir;
    const std::string root = dir.path();
    dir.write("lib/systemd/system/vpn@.service", "[Service]\nExecStart=/bin/true\n");
    dir.write("lib/systemd/system/off.service", "[Service]\nExecStart=/bin/true\n");
    dir.write("etc/systemd/system/empty.service", "");
    std::filesystem::create_symlink("/dev/null", dir.path() / "etc/systemd/system/off.service");
    BOOST_TEST((sys::unit_file("vpn@office.service", root) == sys::UnitFile::there));
    BOOST_TEST((sys::unit_file("vpn.service", root) == sys::UnitFile::missing));
    BOOST_TEST((sys::unit_file("off.service", root) == sys::UnitFile::masked));
    BOOST_TEST((sys::unit_file("empty.service", root) == sys::UnitFile::masked));
}

BOOST_AUTO_TEST_CASE(what_would_dial_again_by_itself_is_told_with_its_file_and_line) {
    const TempDir dir;
    const std::string options = dir.path() / "dsl", lac = dir.path() / "lac.conf", pppd = dir.path() / "pppd",
                      xl2tpd = dir.path() / "xl2tpd";
    for (const std::string& program : {pppd, xl2tpd}) {
        std::ofstream(program) << "#!/bin/sh\n";
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    }
    const std::string file = "[service a]\ncommand = " + pppd + " file " + options +
                             "\n[service b]\ncommand = " + xl2tpd + " -D -c " + lac + "\n";
    std::ofstream(options) << "noauth\nnopersist\n# persist\n";
    std::ofstream(lac) << "[lac x]\nredial = no\n";
    BOOST_TEST(said(file) == "");
    std::ofstream(options) << "noauth\npersist # for ever\n";
    std::ofstream(lac) << "[lac x]\n  redial=yes\n";
    const std::string text = said(file);
    BOOST_TEST(text.find(options + ":2 says 'persist'") != std::string::npos, text);
    BOOST_TEST(text.find(lac + ":2 says 'redial = yes'") != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
