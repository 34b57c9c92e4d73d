"""A step of a Spark job: pages in, claims asked in SQL. Needs pip install 'govclaim[spark]' and Java."""

from pyspark.sql import SparkSession

import govclaim.spark
from govclaim.spark import Recipe

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
pages = spark.createDataFrame(
    [
        ("a", "去年，青石县新建学校12所。", "2026-01-20", "青石县"),
        ("b", "青石县力争今年粮食产量达到35万吨。", "2026-01-20", "青石县"),
        ("c", None, "2026-01-20", "白水县"),
    ],
    "id string, text string, published string, county string",
)

nested = govclaim.spark.annotate(pages, keep=["county"], recipe=Recipe(format="parquet", layers=("claims",)))
nested.cache().createOrReplaceTempView("pages")  # or nested.write.parquet(…)
for row in spark.sql("select county, claim.text from pages lateral view explode(annotation.claims) as claim").collect():
    print(row.county, row.text)
for row in nested.where("error is not null").collect():
    print("rejected:", row.id, row.error)
spark.stop()
