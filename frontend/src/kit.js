// The parts of the kit that the pages use; they attach themselves to `data-bs-*`. JavaScript, because the kit's own
// sources are not ours to type-check.
import '@tabler/core/js/src/bootstrap/alert';
import '@tabler/core/js/src/bootstrap/collapse';
import '@tabler/core/js/src/bootstrap/dropdown';
import '@tabler/core/js/src/bootstrap/offcanvas';
import 'htmx.org';
