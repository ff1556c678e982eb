"""What a job says of single fields, by the fields of a layout."""

from driver.config.model import FieldOptions, Job
from driver.core.errors import PlanError
from mfdecode.layout import Field, Layout


def options_by_field(job: Job, layout: Layout) -> dict[Field, FieldOptions]:
    """The options of each field that has some.

    Args:
        job: the configuration, of the record type alone.
        layout: of its records.

    Raises:
        PlanError: a field is there twice.
        LayoutError: a field is not in the copybook.
    """
    options: dict[Field, FieldOptions] = {}
    for name, given in job.fields.items():
        if options.setdefault(layout.field(name), given) is not given:
            raise PlanError(f"fields: {name} is there twice, under two spellings")
    return options
